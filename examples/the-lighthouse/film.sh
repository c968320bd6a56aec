#!/bin/sh
# One shot of a made-up film, from what comes in to what is withdrawn.  README.md tells what happens and why.
#
#   sh film.sh [FOLDER]     FOLDER is new; python and manyhands are on the PATH
#
# Every step is held to something by itself: what must be printed, or that it is refused and by which code.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir "${1:-the-lighthouse}"
cd "${1:-the-lighthouse}"
export MANYHANDS_BY="Person A"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
year=$(date -u +%Y)
today=$(date -u +%Y-%m-%d)
tomorrow=$(python -c 'from datetime import *; print((datetime.now(timezone.utc) + timedelta(1)).date())')
until=$((year + 2))-12-31

shown() { # a command as it would be typed
    printf '$ manyhands'
    for word in "$@"; do
        case $word in *[!A-Za-z0-9_./:=,%-]* | '') printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    echo
}
ends() { # ends CODE WORDS…: the command ends with that code
    code=$1 && shift
    shown "$@"
    got=0
    manyhands "$@" >"$said" 2>&1 || got=$?
    cat "$said"
    [ "$got" = "$code" ] || { echo "EXPECTED exit code $code, and it is $got" && exit 1; }
}
does() { ends 0 "$@"; }
refused() { ends 8 "$@"; } # 8: rights forbid it
says() { grep -qF -- "$1" "$said" || { echo "EXPECTED to be told: $1" && exit 1; }; }
silent() { ! grep -qF -- "$1" "$said" || { echo "EXPECTED not to be told: $1" && exit 1; }; }
found() { grep -oE -- "$1" "$said" | head -n 1; }

python "$here/footage.py" given
echo "Person E lets The Lighthouse show the moon in cinemas of Germany and Austria." >given/moon.txt
echo "Person G lets a model of this one film learn from the plate." >given/plate.txt
echo "Person F lets the colour of the coat be changed." >given/coat.txt

# 1. A production, its people, its rules
does new production --name "The Lighthouse"
does person "Person B" --role producer
does person "Person C" --role ai_supervisor
does person "Person D" --role artist
does person "Person E" --role contributor # whoever works here may record that they withdraw
does policy use house netflix-genai-2025 eu-ai-act-50
says netflix-genai-2025

# 2. What comes in, and what it says of itself
does source add given/plate.mp4 --colour-space rec709
says "Proposed: CC-BY-4.0, by Person G; forbids train_shot, train_general."
does source terms plate --confirm
says "plate: CC-BY-4.0, by Person G."
does source add given/moon.png --terms licensed --owner "Person E" --credit "Person E" --fee 12000
does rights grant moon --grantor "Person E" --permit composite --permit deliver --territory DE --territory AT --medium cinema --about "the moon over the lighthouse, in this film" --signed "$today" --until "$until" --document given/moon.txt
says "moon-1: Person E, licence about source moon"
does source add given/moon-2.png --terms CC0-1.0
says "LOOK: this looks like a frame of source moon (terms licensed)"
does shot add plate --id sh010

# 3. A task, and the work of a person
does task add "the coat, frame by frame" --to "Person D" --role artist --shot sh010 --craft look --work Teaching --bid 240
does source add given/painted --as painted --own --colour-space rec709 --by "Person D"
says "painted by Person D"
does time add task-the-coat-frame-by-frame-1 90 --day "$today" --about "three frames painted" --by "Person D"

# 4. Somebody is seen
does people add "Person F"
does people seen sh010 "Person F" --box 0.38,0.48,0.14,0.4 --at 1001 --as body
says "Look whether the box is on them"

# 5. A model may not learn from the plate, until its owner says so
refused propose sh010 "a look as painted, the element in the sky on the right" --element moon --painted painted --no-previews
says "Person G forbids train_shot of source plate (plate-said)"
does rights grant plate --grantor "Person G" --permit train_shot --project "The Lighthouse" --about "the coat in this film" --signed "$today" --supersedes plate-said --document given/plate.txt
does propose sh010 "a look as painted, the element in the sky on the right" --element moon --painted painted --no-previews
silent "train_shot"
does rights check sh010 literal --territory DE,AT --media cinema --until "$until"
silent deny
does propose sh010 --like literal --set taught_look.steps=20 --set taught_look.shorter_px=64 --why "the shot is small" --no-previews
recipe=$(found 'r-[0-9a-f]{12}')

# 6. Run, look, and the word of whose task it was
does run sh010 "$recipe" --workers 0 --by "Person C"
take=$(found 'sh010-[0-9a-f]{8}')
says "taught_look 2  trained"
does take show "$take"
refused decide "$take" accept --why "the coat is grey, and the moon hangs where I want it"
says "Ask Person D: manyhands task acknowledge"
does take show "$take" --by "Person D"
does task acknowledge task-the-coat-frame-by-frame-1 --take "$take" --note "it does what I painted" --by "Person D"
does decide "$take" accept --why "the coat is grey, and the moon hangs where I want it"
says "human validated"

# 7. The rules: what is asked, what is said, what is written
refused policy check sh010
says "H6"
does consent add "Person F" --scope likeness_alter --document given/coat.txt --about "another colour of the coat" --signed "$today"
does policy say audience_told=yes commissioner_told=yes commissioner_approved=yes legal_reviewed=yes marks_kept=yes is_fiction=yes label_is_placed=yes is_provider=no --why "as we agreed with the commissioner, and a card at the end" --by "Person B"
does policy say sh010 alters_performance=no gives_protected_input=no recreates_others_work=no refers_to_others=no looks_real=no replaces_covered_work=no is_prominent=no human_changed=yes is_checked=yes changes_delivery=no --why "a drawn coat, painted by hand in three frames" --by "Person C"
does policy say sh010 is_replica=no is_exempt=no is_outside_scope=no --of "Person F" --why "only the coat is changed" --by "Person C"
does policy check sh010
says "0 stop"
does policy papers --shot sh010 --paper all --out papers
says "Written from facts"

# 8. It goes out, where and until when it may
refused deliver sh010
says "manyhands deliver sh010 --territory AT,DE --media cinema"
does deliver sh010 --territory DE,AT --media cinema --until "$until"
says "out/sh010.mp4"
does verify out/sh010.mp4 --root out/root.pem
says "INTACT AND TRUSTED"

# 9. Hours, wages, and what the film brought in
does time suggest --submit --by "Person D"
says "Nobody else is shown this"
does task done task-the-coat-frame-by-frame-1 --by "Person D"
cp "$here/card.toml" .
does wages book card.toml
says "Person D"
does ledger share 1000 --about "a cinema, the first week" --by "Person B"
says "are put aside for wages that are owed"
says "Person E"
does ledger pay "Person E" 120.00 --kind Licences --about "bank, 1" --by "Person B"
does statement "Person E" --from "$year-01-01" --to "$year-12-31" --out statements --by "Person E"
says "closing balance"
if python -c 'import fpdf' 2>/dev/null; then
    does statement "Person D" --from "$year-01-01" --to "$year-12-31" --out statements --format pdf --by "Person D"
fi
does ledger export film.journal --format hledger
if command -v hledger >/dev/null; then hledger check -f film.journal; fi
does ledger export film.beancount
if command -v bean-check >/dev/null; then bean-check film.beancount; fi

# 10. A second shot with the moon, on which nobody has decided
does shot add plate --id sh020
does propose sh020 "the element in the sky on the right" --element moon --no-previews
does run sh020 literal --workers 0
second=$(found 'sh020-[0-9a-f]{8}')

# 11. Person E withdraws the licence: looked at, then done
does rights revoke moon-1 --why "the archive was sold" --look
says "blocked: 1 take"
says "delivered: 1 take"
does rights revoke moon-1 --why "the archive was sold" --by "Person E"
says "signed: reports/withdrawn-moon-1.json"
does rights report moon-1
says "Signed by The Lighthouse"
refused decide "$second" accept --why "the moon again"
refused deliver sh010 --territory DE,AT --media cinema --until "$until"
does ledger share 1000 --about "a cinema, the second week" --received "$tomorrow" --draft --by "Person B"
says "Person E withdrew moon-1"
does statement "Person E" --from "$year-01-01" --to "$year-12-31" --by "Person E"

# 12. Nothing was edited
does log verify
says "every one as it was written"
does ledger verify
says "every one as it was booked"
