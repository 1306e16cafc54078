use expect_test::expect;
use serde_json::json;

use super::{function, method, param};
use crate::harness::check;
use crate::project::Project;

fn python() -> Project {
    Project::default()
        .file("src/shop/__init__.py", "")
        .file(
            "src/shop/price.py",
            "def total(items: list[int], rate: float) -> float:\n    return 0.0\n",
        )
        .symbol(
            "src/shop/price.py",
            function(
                "total",
                "def total(items: list[int], rate: float) -> float",
                [1, 2],
                &[param("items", "list[int]"), param("rate", "float")],
                "float",
            ),
        )
}

#[test]
fn python_without_tests() {
    check(
        python(),
        "test",
        "src/shop/price.py",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/shop/price.py 1
          > outline src/shop/price.py
          > read src/shop/price.py
        I look how this project tests.
          > glob **/test_*.py
          > glob **/*_test.py
          > glob **/__init__.py
          > grep unittest\.TestCase|import unittest **/test*.py
        I propose the skeleton of a test.
          > write tests/test_price.py
        I proposed the skeleton of a test for `total` in the new file `tests/test_price.py`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === tests/test_price.py
        from shop.price import total


        def test_total():
            # Skeleton: fill in the arguments and the expected value.
            actual = total([], 0.0)
            assert actual == 0.0
    "#]],
    );
}

#[test]
fn python_with_unittest_beside() {
    let project = python().file(
        "src/shop/test_cart.py",
        "import unittest\n\n\nclass CartTest(unittest.TestCase):\n    pass\n",
    );
    check(
        project,
        "test",
        "src/shop/price.py",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/shop/price.py 1
          > outline src/shop/price.py
          > read src/shop/price.py
        I look how this project tests.
          > glob **/test_*.py
          > glob **/*_test.py
          > glob **/__init__.py
          > grep unittest\.TestCase|import unittest **/test*.py
        I propose the skeleton of a test.
          > write src/shop/test_price.py
        I proposed the skeleton of a test for `total` in the new file `src/shop/test_price.py`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/shop/test_price.py
        import unittest

        from shop.price import total


        class TotalTest(unittest.TestCase):
            def test_total(self):
                # Skeleton: fill in the arguments and the expected value.
                actual = total([], 0.0)
                self.assertEqual(actual, 0.0)
    "#]],
    );
}

#[test]
fn python_into_the_file_that_is_there() {
    let project = python().file(
        "tests/test_price.py",
        "from shop.price import rate\n\n\ndef test_total():\n    assert rate\n",
    );
    check(
        project,
        "test",
        "src/shop/price.py",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/shop/price.py 1
          > outline src/shop/price.py
          > read src/shop/price.py
        I look how this project tests.
          > glob **/test_*.py
          > glob **/*_test.py
          > glob **/__init__.py
          > grep unittest\.TestCase|import unittest **/test*.py
        I read `tests/test_price.py`.
          > read tests/test_price.py
        I propose the skeleton of a test.
          > insert tests/test_price.py 6
          > insert tests/test_price.py 2
        I proposed the skeleton of a test for `total` in `tests/test_price.py`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === tests/test_price.py
        from shop.price import rate
        from shop.price import total


        def test_total():
            assert rate


        def test_total_2():
            # Skeleton: fill in the arguments and the expected value.
            actual = total([], 0.0)
            assert actual == 0.0
    "#]],
    );
}

#[test]
fn python_method() {
    let init = method(
        "Cart",
        Some("self"),
        function(
            "__init__",
            "def __init__(self, owner: str)",
            [2, 3],
            &[param("owner", "str")],
            "",
        ),
    );
    let size = method(
        "Cart",
        Some("self"),
        function("size", "def size(self) -> int", [4, 5], &[], "int"),
    );
    let project = Project::default()
        .file("cart.py", "class Cart:\n    def __init__(self, owner: str):\n        pass\n    def size(self) -> int:\n        return 0\n")
        .file("cart_test.py", "def test_nothing():\n    pass\n")
        .symbol("cart.py", json!({ "name": "Cart", "kind": "class", "lines": [1, 5], "signature": "class Cart" }))
        .symbol("cart.py", init)
        .symbol("cart.py", size);
    check(
        project,
        "test",
        "cart.py",
        5,
        &expect![[r#"
        I look up the function and its file.
          > outline cart.py 5
          > outline cart.py
          > read cart.py
        I look how this project tests.
          > glob **/test_*.py
          > glob **/*_test.py
          > glob **/__init__.py
          > grep unittest\.TestCase|import unittest **/test*.py
        I look up how its type is made.
          > outline cart.py 2
        I read `cart_test.py`.
          > read cart_test.py
        I propose the skeleton of a test.
          > insert cart_test.py 3
          > insert cart_test.py 1
        I proposed the skeleton of a test for `size` in `cart_test.py`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === cart_test.py
        from cart import Cart


        def test_nothing():
            pass


        def test_cart_size():
            # Skeleton: fill in the arguments and the expected value.
            value = Cart("")
            actual = value.size()
            assert actual == 0
    "#]],
    );
}
