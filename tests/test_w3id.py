"""The permanent addresses: the redirect file for w3id.org, tried in the server that w3id.org runs, Apache."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from engines import running

MODULES = Path("/usr/lib/apache2/modules")


@pytest.fixture(scope="module")
def w3id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an Apache that has the redirect file in the folder ``territoires-industrie``."""
    apache = shutil.which("apache2")
    if apache is None:
        if os.environ.get("CI"):
            pytest.fail("Apache is missing: .ci/run installs it")
        pytest.skip("needs Apache (apt-get install apache2-bin)")
    root = tmp_path_factory.mktemp("w3id")
    shutil.copytree(ROOT / "deploy" / "w3id", root / "www" / "territoires-industrie")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
    modules = "\n".join(
        f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in ("mpm_event", "authz_core", "rewrite")
    )
    (root / "httpd.conf").write_text(
        f"""ServerRoot {root}
        ServerName localhost
        Listen 127.0.0.1:{port}
        PidFile {root}/pid
        ErrorLog {root}/errors
        {modules}
        DocumentRoot {root}/www
        <Directory {root}/www>
        AllowOverride All
        Options FollowSymLinks
        </Directory>""",
        encoding="utf-8",
    )
    command = [apache, "-f", str(root / "httpd.conf"), "-DFOREGROUND"]
    with running(command, port):
        yield port


@pytest.mark.parametrize(
    "path",
    [
        "id/commune/76351",
        "id/territoire/2018/axe-seine?date=2019-06-01",
        "id/passage/annonce/538-665.ttl",
        "def",
        "shapes.ttl",
        "catalog",
        "",
    ],
)
def test_a_permanent_address_leads_to_the_server(w3id: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", w3id, timeout=10)
    connection.request("GET", f"/territoires-industrie/{path}")
    response = connection.getresponse()
    connection.close()
    assert response.status == 303
    assert response.headers["Location"] == f"https://ti-graph.example.org/{path}"
