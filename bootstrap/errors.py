"""The errors that a user meets: one line each, with what to do."""

import errno
import re
from pathlib import Path


class BootstrapError(Exception):
    """Something that the user can mend; its text is one line that says how."""


_DISK_FULL = "the disk is full: free about 2 GB (du -sh .dashctl node_modules tells what is there), then run this again"

# What the output of pip or npm tells, most telling first. Both print the symptom, not what to do.
_SYMPTOMS: tuple[tuple[str, str], ...] = (
    (r"No space left on device|ENOSPC|Disk quota exceeded|EDQUOT", _DISK_FULL),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY|Hashes are required",
        "a downloaded package is not the one that the lock file names: do not install it; check the index or mirror "
        "that is used, and that the lock file is as committed (git status)",
    ),
    (
        r"ensurepip is not available|No module named '?(venv|ensurepip)|python3-venv",
        "this Python cannot make virtual environments: install its venv module (Debian and Ubuntu: "
        "apt install python3-venv), then run this again",
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|nodename nor servname|getaddrinfo|ENOTFOUND"
        r"|EAI_AGAIN|Failed to establish a new connection|NewConnectionError|Network is unreachable|No route to host"
        r"|Connection refused|ECONNREFUSED|ECONNRESET|Connection aborted|Connection reset|ETIMEDOUT|ERR_SOCKET_TIMEOUT"
        r"|ConnectTimeout|Read timed out|ReadTimeout|ENETUNREACH|EHOSTUNREACH|ENOTCACHED",
        "{source} cannot be reached: check the network and proxy (HTTPS_PROXY), or name a mirror ({setting})",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSL_ERROR|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_HAS_EXPIRED",
        "the certificate of {source} is not trusted: name your organisation's certificates ({certificates})",
    ),
    (
        r"ProxyError|Tunnel connection failed|40[137] Client Error|\bE40[137]\b|ENEEDAUTH|50\d Server Error|\bE50\d\b",
        "{source} or its proxy refused: check the credentials and the address ({setting})",
    ),
    (
        r"No matching distribution found|Could not find a version|is not a supported wheel|ETARGET|\bE404\b",
        "{source} has no package of the locked version for this platform and Python, or cannot be reached: check the "
        "mirror ({setting}), or use another Python (DASHCTL_PYTHON)",
    ),
    (
        r"Permission denied|EACCES|EPERM|Read-only file system|EROFS",
        "no permission to write: check who owns the folder",
    ),
)

_WORDS = {
    "pip": {
        "source": "the Python package index",
        "setting": "PIP_INDEX_URL or pip.conf",
        "certificates": "PIP_CERT",
    },
    "npm": {
        "source": "the npm registry",
        "setting": "npm_config_registry or ~/.npmrc",
        "certificates": "NODE_EXTRA_CA_CERTS",
    },
}


def explain(tool: str, output: str, log: Path) -> str:
    """Return one line that tells why `tool` ("pip", "npm" or another) failed, and what to do.

    `output` is what it printed, `log` the file that keeps it.
    """
    words = _WORDS.get(tool, {"source": "the server", "setting": "its address", "certificates": "SSL_CERT_FILE"})
    told = f" ({tool} says: {line})" if (line := telling_line(output)) else ""
    for pattern, advice in _SYMPTOMS:
        if re.search(pattern, output):
            return f"{advice.format(**words)}{told}; log: {log}"
    return f"{tool} failed{told}; log: {log}"


def telling_line(output: str) -> str:
    """Return the line of a failed tool's output that tells most: npm's first error, else the last error or line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [
        line
        for line in lines
        if re.match(r"(npm )?err(or)?\b", line, re.IGNORECASE)
        and not re.search(r"complete log of this run|^npm error (path|errno|syscall|code|dest)\b|^\S+$", line)
    ]
    npm = [line for line in errors if line.startswith("npm error")]
    return (npm[:1] or errors or lines or [""])[-1][:300]


def explain_os_error(error: OSError) -> str:
    """Return one line for a failed file operation of the bootstrap itself."""
    where = error.filename or "the checkout"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _DISK_FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission for {where}: what is installed lives in the checkout, which you need to own"
    return f"{error.strerror or error}: {where}"
