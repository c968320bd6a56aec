"""Who else judges an ODRL export: rdflib and pyshacl, in a Python that RDF_PYTHON names; no dependency of ours."""

from __future__ import annotations

import json
import sys
from typing import Any

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

[] a sh:NodeShape ; sh:targetClass odrl:Set ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path odrl:profile ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path odrl:conflict ; sh:minCount 1 ; sh:maxCount 1 ; sh:hasValue odrl:prohibit ] ;
  sh:or ( [ sh:path odrl:permission ; sh:minCount 1 ] [ sh:path odrl:prohibition ; sh:minCount 1 ]
          [ sh:path odrl:obligation ; sh:minCount 1 ] ) .

[] a sh:NodeShape ; sh:targetObjectsOf odrl:permission, odrl:prohibition ;
  sh:property [ sh:path odrl:target ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path odrl:action ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path odrl:assigner ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path odrl:assignee ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .

[] a sh:NodeShape ; sh:targetObjectsOf odrl:prohibition ;
  sh:property [ sh:path odrl:duty ; sh:maxCount 0 ] .

[] a sh:NodeShape ; sh:targetObjectsOf odrl:duty ;
  sh:property [ sh:path odrl:action ; sh:minCount 1 ; sh:maxCount 1 ] .

[] a sh:NodeShape ; sh:targetObjectsOf odrl:constraint, odrl:refinement ;
  sh:property [ sh:path odrl:leftOperand ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path odrl:operator ; sh:minCount 1 ; sh:maxCount 1 ;
                sh:in ( odrl:eq odrl:gt odrl:gteq odrl:lt odrl:lteq odrl:neq odrl:isA odrl:hasPart odrl:isPartOf
                        odrl:isAllOf odrl:isAnyOf odrl:isNoneOf ) ] ;
  sh:property [ sh:path odrl:rightOperand ; sh:minCount 1 ] .
"""
"""What the information model 2.2 demands of a policy, a rule, a duty and a constraint (its sections 2.1 to 2.6)."""

CONTEXT: dict[str, Any] = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "uid": "@id",
    **{name: f"odrl:{name}" for name in ("Set", "Asset", "Party", "use", "obtainConsent", "attribute", "prohibit")},
    **{name: f"odrl:{name}" for name in ("eq", "gteq", "lteq", "isAnyOf", "purpose", "spatial", "media", "dateTime")},
    **{name: f"odrl:{name}" for name in ("payAmount", "unit", "rightOperand")},
    **{
        name: {"@id": f"odrl:{name}", "@type": "@id"}
        for name in (
            "profile", "permission", "prohibition", "duty", "constraint", "refinement", "target", "assigner",
            "assignee", "attributedParty", "consentingParty", "compensatedParty",
        )
    },
    **{
        name: {"@id": f"odrl:{name}", "@type": "@vocab"} for name in ("action", "conflict", "leftOperand", "operator")
    },
}  # fmt: skip
"""The terms of http://www.w3.org/ns/odrl.jsonld that we use; nothing is fetched."""


def judged(policy: dict[str, Any], vocabulary: dict[str, Any]) -> list[str]:
    """What two programs of others find wrong with a policy; nothing where it is sound."""
    import pyshacl
    from rdflib import Graph
    from rdflib.namespace import ODRL2

    with_context = {**policy, "@context": [CONTEXT, *policy["@context"][1:]]}
    graph = Graph().parse(data=json.dumps(with_context), format="json-ld")
    own = Graph().parse(data=json.dumps(vocabulary), format="json-ld")
    ours = vocabulary["@context"]["mh"]
    found = []
    for term in {str(term) for some in (graph, own) for triple in some for term in triple}:
        if term.startswith(str(ODRL2)) and term.removeprefix(str(ODRL2)) not in map(_local, dir(ODRL2)):
            found.append(f"{term} is no term of ODRL 2.2")
        if term.startswith(ours) and not any(str(subject) == term for subject in own.subjects()):
            found.append(f"{term} is not defined in the profile")
        if not term.startswith(("http", "urn:")) and ":" in term and " " not in term and term.startswith("odrl"):
            found.append(f"{term} was not expanded")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
    return found if conforms else [*found, report]


def _local(term: object) -> str:
    return str(term).rsplit("/", 1)[-1]


if __name__ == "__main__":
    told = json.load(sys.stdin)
    json.dump([judged(policy, told["vocabulary"]) for policy in told["policies"]], sys.stdout)
