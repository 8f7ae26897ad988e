"""The gateway: nginx as the one address in front of five services."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.packages import SEARCH_PATH
from deploy.local.place import SERVICES
from deploy.local.system import System


def server(system: System) -> tuple[str, ...]:
    program = shutil.which("nginx", path=SEARCH_PATH) or "nginx"
    return (program, "-e", "stderr", "-p", str(_folder(system)), "-c", str(_folder(system) / "nginx.conf"))


def prepare(system: System) -> None:
    """Write the configuration: the frame for a private nginx, around the same gateway that containers use."""
    folder, templates = _folder(system), system.place.root / "deploy" / "nginx"
    folder.mkdir(exist_ok=True)
    values = {
        "RUN": str(folder),
        "PAGES": str(templates / "pages"),
        "GATEWAY_LISTEN": f"127.0.0.1:{system.ports['gateway']}",
        **{f"{service.upper()}_WEB": f"127.0.0.1:{system.ports[f'{service}-web']}" for service in SERVICES},
    }
    for template, name in (("local.conf.template", "nginx.conf"), ("gateway.conf.template", "gateway.conf")):
        (folder / name).write_text(render((templates / template).read_text(), values))


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill in ${NAME} as envsubst does; nginx's own $variables stay."""
    return re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], template)


def _folder(system: System) -> Path:
    return system.place.run / "nginx"
