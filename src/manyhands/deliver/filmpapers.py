"""The papers of a film: its page, the sealed data behind it, and the disclosure of every shot that it tells of."""

from __future__ import annotations

from collections.abc import Sequence

from manyhands.deliver.authority import ROOT, Authority
from manyhands.deliver.disclosure import EncodingTold, disclosure, disclosure_json
from manyhands.deliver.filmdata import (
    FILM_DATA,
    FILM_PAGE,
    PAPER,
    MasterTold,
    file_told,
    film_disclosure,
    film_json,
)
from manyhands.deliver.filmpage import FilmTold, film_page
from manyhands.deliver.page import FileOnPage
from manyhands.deliver.seal import fingerprint_of


def film_files(film: FilmTold, authority: Authority, masters: Sequence[MasterTold]) -> dict[str, bytes]:
    """Every file that is written for a film, by its name: the page first, then its data, the root, the shots' papers.

    The page names the hashes of the papers, the data those of the papers and the page, and the seal is over the data:
    so nothing of it can be changed and still agree.

    Args:
        masters: one for each shot of the film, in its order.
    """
    papers = {
        f"{dossier.shot.id}{PAPER}": disclosure_json(disclosure(dossier, ())) for dossier in film.dossiers
    }  # fmt: skip
    told = [file_told(name, content) for name, content in papers.items()]
    root = file_told(ROOT, authority.root_pem)
    beside = [FileOnPage(one.name, one.sha256, "the shot’s figures, as data") for one in told]
    beside.append(FileOnPage(root.name, root.sha256, "the root certificate: get it another way as well"))
    shown = [
        EncodingTold(name=one.name, encodingFormat=one.encodingFormat, bytes=0, sha256=one.sha256) for one in masters
    ]
    page = film_page(film, authority, shown, beside).encode()
    certificate = fingerprint_of(authority.chain_pem)
    data = film_json(
        film_disclosure(film, masters, told, file_told(FILM_PAGE, page), certificate=certificate), authority
    )
    return {FILM_PAGE: page, FILM_DATA: data, ROOT: authority.root_pem, **papers}
