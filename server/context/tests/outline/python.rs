use expect_test::expect;

use super::check;

#[test]
fn functions() {
    check(
        "app/main.py",
        r#"#!/usr/bin/env python3
"""Module."""
from __future__ import annotations

LIMIT = 10
_private: int = 3
logger = logging.getLogger(__name__)
LIMIT = 11
type Pair[T] = tuple[T, T]

if TYPE_CHECKING:
    FLAG = 1
    other = 2


async def fetch(url: str, *args, timeout: float = 1.0, retries=3, **kw: Any) -> dict[str, Any]:
    """Fetches a page.

    Long text.
    """
    if not url:
        raise ValueError("no url")
    try:
        return await client.get(url, timeout=max(timeout, 1))
    except errors.HttpError as cause:
        raise errors.FetchError(url) from cause
    except OSError as error:
        raise error


def outer(a, /, b, *, c):
    # A comment first.
    'One line'
    def inner(x=1):
        raise KeyError
    LOCAL = 1
    return inner()


@app.route("/", methods=["GET"])
@pytest.mark.parametrize("x", [1])
def test_index(client): return client.get("/")


def reraise():
    try:
        pass
    except Exception:
        raise
"#,
        expect![[r#"
            5-5:5 constant `LIMIT`
                signature: LIMIT = 10
                is: exported
            6-6:6 variable `_private`
                signature: _private: int = 3
            7-7:7 variable `logger`
                signature: logger = logging.getLogger(__name__)
                calls: getLogger@7
                is: exported
            9-9:9 type `Pair`
                signature: type Pair[T] = tuple[T, T]
                is: exported
            12-12:12 constant `FLAG`
                signature: FLAG = 1
                is: exported
                indent: "    "
            16-28:16 function `fetch`
                signature: async def fetch(url: str, *args, timeout: float = 1.0, retries=3, **kw: Any) -> dict[str, Any]
                doc: 17-20 Fetches a page.
                body: 17
                params: url: str | *args | timeout: float (default) | retries (default) | **kw: Any
                returns: dict[str, Any]
                raises: ValueError errors.FetchError
                calls: ValueError@22 get@24 max@24 FetchError@26
                is: exported async fallible
            31-37:31 function `outer`
                signature: def outer(a, /, b, *, c)
                doc: 33-33 One line
                body: 33
                params: a | b | c
                calls: inner@37
                is: exported
            34-35:34 function outer › `inner`
                signature: def inner(x=1)
                body: 35
                params: x (default)
                raises: KeyError
                is: fallible
                indent: "    "
            40-42:42 function `test_index`
                signature: def test_index(client)
                body: 42
                params: client
                calls: get@42
                is: exported test
            45-49:45 function `reraise`
                signature: def reraise()
                body: 46
                is: exported fallible
        "#]],
    );
}

#[test]
fn classes() {
    check(
        "app/model.py",
        r#"@dataclass(frozen=True)
class User(Base, metaclass=Meta):
    """A user."""

    RED = 1
    name: str
    count: int = 0

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def title(self) -> str:
        return self.name.title()

    @title.setter
    def title(self, value): ...

    @staticmethod
    def build(raw): return User(raw)

    @classmethod
    async def load(cls, key: int = 0) -> "User":
        return cls(await db.get(key))

    def _hidden(self): pass


class TestUser(unittest.TestCase):
    def setUp(self):
        pass

    def testName(self):
        self.assertEqual(1, 1)

    def testing(self): pass
"#,
        expect![[r#"
            1-26:2 class `User`
                signature: class User(Base, metaclass=Meta)
                doc: 3-3 A user.
                body: 3
                is: exported
            5-5:5 constant User › `RED`
                signature: RED = 1
                is: exported
                indent: "    "
            9-10:9 method User › `__init__`
                signature: def __init__(self, name: str) -> None
                body: 10
                receiver: self
                params: name: str
                returns: None
                is: exported
                indent: "    "
            12-14:13 property User › `title`
                signature: def title(self) -> str
                body: 14
                receiver: self
                returns: str
                calls: title@14
                is: exported
                indent: "    "
            16-17:17 property User › `title`
                signature: def title(self, value)
                body: 17
                receiver: self
                params: value
                is: exported
                indent: "    "
            19-20:20 method User › `build`
                signature: def build(raw)
                body: 20
                params: raw
                calls: User@20
                is: exported
                indent: "    "
            22-24:23 method User › `load`
                signature: async def load(cls, key: int = 0) -> "User"
                body: 24
                receiver: cls
                params: key: int (default)
                returns: "User"
                calls: cls@24 get@24
                is: exported async
                indent: "    "
            26-26:26 method User › `_hidden`
                signature: def _hidden(self)
                body: 26
                receiver: self
                indent: "    "
            29-36:29 class `TestUser`
                signature: class TestUser(unittest.TestCase)
                body: 30
                is: exported test
            30-31:30 method TestUser › `setUp`
                signature: def setUp(self)
                body: 31
                receiver: self
                is: exported
                indent: "    "
            33-34:33 method TestUser › `testName`
                signature: def testName(self)
                body: 34
                receiver: self
                calls: assertEqual@34
                is: exported test
                indent: "    "
            36-36:36 method TestUser › `testing`
                signature: def testing(self)
                body: 36
                receiver: self
                is: exported test
                indent: "    "
        "#]],
    );
}
