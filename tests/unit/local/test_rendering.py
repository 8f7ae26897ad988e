"""What the private nginx, PostgreSQL and RabbitMQ are told, and the environment of each process."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import credentials, gateway, ports, postgres, programs, rabbitmq, settings
from deploy.local.place import SERVICES, Place
from deploy.local.program import Wave
from deploy.local.system import System

ROOT = Path(__file__).parents[3]


@pytest.fixture
def system(tmp_path):
    run = tmp_path / ".run"
    run.mkdir()
    place = Place(ROOT, run)
    secrets = {name: make() for name, make in credentials.MAKERS.items()}
    return System(place, ports.choose({}, 20_000, lambda port: True), secrets)


def test_only_our_own_names_are_filled_in():
    assert gateway.render("listen ${PORT}; $host ${PORT}", {"PORT": "1"}) == "listen 1; $host 1"


def test_a_name_without_value_is_an_error():
    with pytest.raises(KeyError):
        gateway.render("${NOBODY}", {})


def test_every_service_has_its_pages_and_its_api_behind_the_gateway(system):
    gateway.prepare(system)
    text = (system.place.run / "nginx" / "gateway.conf").read_text()
    routes = dict(re.findall(r"location (\S+) +\{ proxy_pass http://(\w+); \}", text))
    assert routes == {
        "/": "intake",
        "/meja/": "routing",
        "/api/routing/": "routing",
        "/tenggat/": "sla",
        "/api/sla/": "sla",
        "/pesan/": "notify",
        "/api/notify/": "notify",
        "/ombudsman/": "ombudsman",
        "/api/ombudsman/": "ombudsman",
    }
    for service in SERVICES:
        assert re.search(rf"upstream {service} +\{{ server 127\.0\.0\.1:{system.ports[f'{service}-web']}; \}}", text)


def test_the_gateway_writes_no_addresses_and_no_queries(system):
    gateway.prepare(system)
    text = (system.place.run / "nginx" / "gateway.conf").read_text()
    [form] = re.findall(r"log_format \w+ '([^']*)'", text)
    assert not set(re.findall(r"\$\w+", form)) & {"$remote_addr", "$request", "$request_uri", "$args", "$http_referer"}


def test_nothing_listens_beyond_this_machine(system):
    gateway.prepare(system)
    listens = re.findall(r"listen (\S+);", (system.place.run / "nginx" / "gateway.conf").read_text())
    assert listens == [f"127.0.0.1:{system.ports['gateway']}"]
    configuration = rabbitmq.configuration(system)
    assert "listeners.tcp.1 = 127.0.0.1:" in configuration
    assert "prometheus.tcp.ip = 127.0.0.1" in configuration
    assert postgres.CONFIGURATION["listen_addresses"] == "127.0.0.1"
    assert "{127,0,0,1}" in rabbitmq.environment(system)["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]


def test_each_service_sees_its_own_database_and_broker_user_only(system):
    for service in SERVICES:
        for environment in (settings.web(system, service), settings.worker(system, service)):
            seen = " ".join(environment.values())
            assert environment["ADUAN_SERVICE"] == service
            assert f"aduan_{service}:{system.secrets[f'{service}-database']}@" in environment["ADUAN_DATABASE_URL"]
            foreign = [value for name, value in system.secrets.items() if not name.startswith(f"{service}-")]
            assert not [value for value in foreign if value in seen]


def test_the_broker_keeps_its_name_when_the_checkout_moves(system, tmp_path):
    name = rabbitmq.node(system.place)
    assert re.fullmatch(r"aduan-[0-9a-f]{8}@localhost", name)
    moved = tmp_path / "elsewhere"
    system.place.run.rename(moved)
    assert rabbitmq.node(Place(tmp_path, moved)) == name


def test_roles_may_be_given_again_and_databases_are_closed_to_others():
    script = postgres.roles_script({f"{service}-database": f"secret-{service}" for service in SERVICES})
    for service in SERVICES:
        assert f"ALTER ROLE aduan_{service} PASSWORD 'secret-{service}'" in script
        assert f"REVOKE CONNECT, TEMPORARY ON DATABASE aduan_{service} FROM PUBLIC" in script
        assert f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'aduan_{service}')" in script


def test_rabbitmq_4_is_called_inside_its_debian_at_the_same_process(tmp_path, system):
    inside = Place(tmp_path, system.place.run)
    (tmp_path / ".run/debian13/usr/lib/rabbitmq/lib/rabbitmq_server-4.0.5").mkdir(parents=True)
    command = rabbitmq.tool(replace(system, place=inside, rabbitmq4=True), "rabbitmqctl")
    assert command[:2] == ("unshare", "--mount")
    assert command[-1] == "/usr/lib/rabbitmq/lib/rabbitmq_server-4.0.5/sbin/rabbitmqctl"
    script = command[command.index("-c") + 1]
    assert script.rstrip().splitlines()[-1].startswith("exec chroot")


@pytest.mark.skipif(postgres.newest() is None or rabbitmq.home() is None, reason="needs the Debian packages")
def test_the_table_is_whole(system):
    table = programs.programs(system)
    names = [program.name for program in table]
    assert len(set(names)) == len(names)
    assert {name for program in table for name in program.after} <= set(names)
    used = [port for program in table for port in program.ports]
    assert sorted(used) == sorted(set(used))
    beside = [port for program in table if program.successor for port in program.successor.ports]
    assert {*used, *beside} == set(system.ports.values())
    waves = {program.name: program.wave for program in table}
    for service in SERVICES:
        assert Wave.ENTRANCES == waves[f"{service}-web"] < waves[f"{service}-worker"] == Wave.WORKERS
    assert waves["gateway"] < waves["rabbitmq"] < waves["postgres"] < waves["epmd"]
