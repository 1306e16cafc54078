//! Languages whose outline is made of the skeleton.

use expect_test::expect;

use super::check;

#[test]
fn lua() {
    check(
        "a.lua",
        r#"
local M = {}

--- Runs it. Twice.
-- @param x number
function M.run(x)
  return util.go(x)
end
"#,
        expect![[r#"
            2-2:2 variable `M`
                signature: local M = {}
                is: exported
            6-8:6 function M › `run`
                signature: function M.run(x)
                doc: 4-5 Runs it.
                body: 7
                calls: go@7
                is: exported
        "#]],
    );
}

#[test]
fn java() {
    check(
        "A.java",
        r#"
/**
 * Holds. And more.
 */
@Service
public class A extends B {
    // About run.
    @Override
    public int run(int a) {
        return go(a);
    }
}
"#,
        expect![[r#"
            5-12:6 class `A`
                signature: @Service public class A extends B
                doc: 2-4 Holds.
                body: 7
                is: exported
            8-11:9 method A › `run`
                signature: @Override public int run(int a)
                doc: 7-7 About run.
                body: 10
                calls: go@10
                is: exported
                indent: "    "
        "#]],
    );
}

#[test]
fn vue() {
    check(
        "a.vue",
        "<template>function no() {}</template>\n<script setup>\nfunction run() { go() }\n</script>\n",
        expect![[r#"
            3-3:3 function `run`
                signature: function run()
                body: 3
                calls: go@3
        "#]],
    );
}
