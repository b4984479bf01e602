"""How a node of few modules is started: the server's own Java, with what the distribution's launcher would give it.

The launcher costs a quarter of the whole start, and insists on the modules that a plain node does without. What is written
here holds for the one release in `distribution.py`; a server of another would refuse it, and say so in its log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.java import jdk_version

# The first Java that has to be told to deny native access that nobody allowed.
JAVA_DENYING_NATIVE_ACCESS = 24

# What the launcher gives to every node, whatever its `jvm.options` say.
SYSTEM_OPTIONS = (
    "-Xss1m",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "-XX:-OmitStackTraceInFastThrow",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.hnsw=org.elasticsearch.server",
    "--add-opens=org.apache.lucene.core/org.apache.lucene.internal.vectorization=org.elasticsearch.server",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j2.formatMsgNoLookups=true",
    "-Djava.locale.providers=CLDR",
    "-Des.distribution.type=zip",
    "-Des.java.type=ES_JAVA_HOME",
    "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+EnableDynamicAgentLoading",
    "-Djdk.attach.allowAttachSelf=true",
)
BRIDGE_SEEN_BY = "org.elasticsearch.entitlement,java.logging,java.net.http,java.naming,jdk.net,jdk.zipfs,jdk.management.agent"
KEYSTORE = "org.elasticsearch.common.settings.KeyStoreWrapper"
EMPTY_KEYSTORE = b"\x00\x00\x00\x07\x00\x00\x00\x00"
TEXT, LIST = b"\x00", b"\x07"


def server_command(java_home: Path, home: Path, jvm_options: Sequence[str]) -> list[str]:
    """The program and its arguments, but for the server's own, which it reads from its input: `server_arguments`."""
    (bridge,) = (home / "lib/entitlement-bridge").glob("*.jar")
    denying = ["--illegal-native-access=deny"] if jdk_version(java_home) >= JAVA_DENYING_NATIVE_ACCESS else []
    return [
        f"{java_home}/bin/java",
        *SYSTEM_OPTIONS,
        *denying,
        f"-Des.path.home={home}",
        f"--patch-module=java.base={bridge}",
        f"--add-exports=java.base/org.elasticsearch.entitlement.bridge={BRIDGE_SEEN_BY}",
        *jvm_options,
        "--module-path",
        f"{home}/lib",
        "--add-modules=jdk.net,jdk.management.agent,ALL-MODULE-PATH",
        "-m",
        "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
    ]


def server_arguments(settings: Mapping[str, Any], home: Path, conf: Path, logs: Path) -> bytes:
    """What the server reads first: neither in the background nor quiet, no file for its number; an empty
    key store; its settings; its places."""
    return b"".join(
        (
            b"\x00\x00\x00",
            _text(KEYSTORE),
            EMPTY_KEYSTORE,
            _settings({**settings, "path.home": str(home)}),
            _text(str(conf)),
            _text(str(logs)),
        )
    )


def _settings(settings: Mapping[str, Any]) -> bytes:
    """Each name with its value, in the order of names."""
    return _count(len(settings)) + b"".join(_text(name) + _value(settings[name]) for name in sorted(settings))


def _value(value: Any) -> bytes:
    """A text, or a list of them; flags and numbers are texts in small letters."""
    if isinstance(value, list):
        return LIST + _count(len(value)) + b"".join(_value(each) for each in value)
    return TEXT + _text(str(value).lower() if isinstance(value, bool) else str(value))


def _text(text: str) -> bytes:
    """Its length and its characters, which are of ASCII here."""
    return _count(len(text)) + text.encode("ascii")


def _count(number: int) -> bytes:
    """A number in groups of seven bits, the lowest first; each but the last has the eighth bit set."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
