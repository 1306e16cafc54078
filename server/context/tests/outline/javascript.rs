use expect_test::expect;

use super::check;

#[test]
fn commonjs_and_classes() {
    check(
        "lib/index.js",
        r#"'use strict';
const path = require('path');

/** Adds. */
function add(a, b = 1, ...rest) {
  return a + b;
}

exports.sub = function (a, b) { return add(a, -b); };
module.exports = (options) => options;
Thing.prototype.run = async function run() { throw new TypeError('x'); };

class Thing {
  handler = () => this.run();
  static make() { return new Thing(); }
  get value() { return 1; }
}
export default Thing;
"#,
        expect![[r#"
            2-2:2 constant `path`
                signature: const path = require('path')
                calls: require@2
            5-7:5 function `add`
                signature: function add(a, b = 1, ...rest)
                doc: 4-4 Adds.
                body: 6
                params: a | b (default) | ...rest
            9-9:9 function `sub`
                signature: exports.sub = function (a, b)
                body: 9
                params: a | b
                calls: add@9
                is: exported
            10-10:10 function `exports`
                signature: module.exports = (options) =>
                body: 10
                params: options
                is: exported
            11-11:11 method Thing › `run`
                signature: Thing.prototype.run = async function run()
                body: 11
                receiver: this
                raises: TypeError
                calls: TypeError@11
                is: async fallible
            13-17:13 class `Thing`
                signature: class Thing
                body: 14
                is: exported
            14-14:14 method Thing › `handler`
                signature: handler = () =>
                body: 14
                receiver: this
                calls: run@14
                indent: "  "
            15-15:15 method Thing › `make`
                signature: static make()
                body: 15
                calls: Thing@15
                indent: "  "
            16-16:16 property Thing › `value`
                signature: get value()
                body: 16
                receiver: this
                indent: "  "
        "#]],
    );
}
