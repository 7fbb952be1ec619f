"""Resolving names to SIREN: the right one, for a stated reason, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import expected
from ti_graph.errors import SourceError
from ti_graph.reference.decisions import read_decisions
from ti_graph.reference.resolve import CuratedDecision, Resolver
from ti_graph.reference.rows import Reference
from ti_graph.reference.words import acronym_in, initials, split_nature

REGION = {"Normandie": "28", "Hauts-de-France": "32", "Centre-Val de Loire": "24", "Pays de la Loire": "52"}


@pytest.fixture(scope="module")
def resolver(reference: Reference) -> Resolver:
    return Resolver(reference, 2018)


@pytest.mark.parametrize("row", expected("members-of-territory"), ids=lambda row: row["mention"])
def test_each_named_member_resolves_to_its_siren(resolver: Resolver, row: dict[str, str]) -> None:
    resolution = resolver.resolve(row["mention"], [REGION[row["regionLabel"]]])
    assert resolution.siren == row["siren"]
    assert set(resolution.evidence) == {"fr", "en"}
    assert resolution.siren in resolution.candidates


@pytest.mark.parametrize(
    ("name", "method", "siren"),
    [
        ("Caux Estuaire", "meme-nom", "247600539"),
        ("communauté de communes des villes soeurs", "meme-nom", "247600588"),
        ("CAUX-VALLEE DE SEINE", "ancien-nom", "200010700"),
        ("CODAH", "sigle-porte", "247600596"),
        ("C.O.D.A.H.", "sigle-porte", "247600596"),
        ("CASE", "initiales", "200035665"),
        ("Métropole de Rouen", "forme-courte", "200023414"),
        ("Seine Normandie Agglo", "forme-courte", "200072312"),
    ],
)
def test_each_method_decides_and_says_so(resolver: Resolver, name: str, method: str, siren: str) -> None:
    resolution = resolver.resolve(name, ["28"])
    assert (resolution.method, resolution.siren) == (method, siren)


@pytest.mark.parametrize(
    ("name", "regions", "method"),
    [
        ("Perche", ["28"], "ambigu"),  # four EPCI of Normandie have it in their names
        ("CC Terres de Perche", ["28"], "ailleurs"),  # it is in Centre-Val de Loire
        ("CC du Perche", ["28"], "ambigu"),  # the one of that very name is in Centre-Val de Loire
        ("Communauté du Nulle-Part", [], "inconnu"),
        ("", [], "inconnu"),
        ("CC Métropole de Rouen", ["28"], "inconnu"),  # it is no communauté de communes
        ("CC du Val d'Essonne", ["28"], "ailleurs"),
    ],
)
def test_what_is_ambiguous_or_unknown_stays_undecided(
    resolver: Resolver, name: str, regions: list[str], method: str
) -> None:
    resolution = resolver.resolve(name, regions)
    assert resolution.siren is None
    assert resolution.method == method
    assert bool(resolution.candidates) == (method != "inconnu")


def test_a_later_name_does_not_count(reference: Reference) -> None:
    """``CA Caux Seine Agglo`` is a name of 2018; a resolver for 2017 must not know it."""
    names_2018 = {n.nom for n in reference.annees.values() if n.siren == "200010700" and n.annee == 2018}
    assert names_2018 == {"CA Caux Seine Agglo"}
    former = Resolver(reference, 2017).resolve("Caux Vallée de Seine", ["28"])
    assert former.siren is None


def test_a_departement_narrows_like_a_region(resolver: Resolver) -> None:
    assert resolver.resolve("Perche", departements=["72"]).siren is None
    assert resolver.resolve("Lisieux Normandie", departements=["14"]).siren == "200069532"
    assert resolver.resolve("Lisieux Normandie", departements=["76"]).siren is None


def test_a_curated_decision_goes_before_the_rules(reference: Reference) -> None:
    decision = CuratedDecision("CASE", "200070142", {"fr": "preuve", "en": "evidence"})
    resolution = Resolver(reference, 2018, [decision]).resolve("CASE", ["28"])
    assert (resolution.siren, resolution.method) == ("200070142", "decision")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("CASE,123456789,preuve,evidence", "decisions.csv:2: siren '123456789' is not known"),
        ("CASE,200035665,,evidence", "decisions.csv:2: preuve_fr '' is empty"),
        ("CASE,200035665", "decisions.csv:2: not 4 cells"),
        ("CASE,200035665,a,b\nCASE,200070142,a,b", "decisions.csv: mention listed twice: CASE"),
        ("CASE,1,a,b\nCODAH,2,a,b", "decisions.csv:3: siren '2' is not known"),
    ],
)
def test_a_decision_needs_a_known_siren_and_evidence(
    tmp_path: Path, reference: Reference, row: str, complaint: str
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"mention,siren,preuve_fr,preuve_en\n{row}\n", encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        read_decisions(path, reference.epci)
    assert complaint in str(refused.value)


def test_names_are_normalised() -> None:
    assert split_nature("CC de la Côte d’Albâtre") == ("CC", ("cote", "albatre"))
    assert split_nature("Communauté d'agglomération Cœur-du-Perche") == ("CA", ("coeur", "perche"))
    assert split_nature("Métropole Rouen Normandie") == (None, ("metropole", "rouen", "normandie"))
    assert acronym_in("CA Havraise (Co.D.A.H.)") == "codah"
    assert initials("CA Seine Eure") == "case"
