//! What is known about words and names.

/// Words that open a function's name as its verb, apart by white space.
pub(super) const VERBS: &str = "abort accept add advance allocate append apply assert assign attach authenticate authorize await \
    begin bind build calculate call cancel cast check choose clamp clean clear clone close collect combine commit \
    compare compile complete compress compute configure connect consume convert copy count create cut debounce decode \
    decrement decrypt delete deliver deny deploy deserialize destroy detach detect diff disable discard disconnect \
    dispatch display divide download drain draw drop dump edit emit enable encode encrypt end enqueue ensure escape \
    estimate evaluate execute exit expand export extend extract fail fetch fill filter find finish fix flatten flip \
    flush fold follow force forget format forward free freeze generate get grab greet group grow guess handle hash hide \
    highlight import increment index infer init initialize inject insert inspect install intersect invalidate invert \
    invoke iterate join keep kill launch lex limit link list listen load lock log look lookup make map mark match \
    measure merge migrate mount move multiply negate normalize notify obtain offer open order override pack pad paint \
    parse patch pause peek perform pick ping place play poll pop post prepare prepend print process produce propose \
    prune publish pull push put query queue quit quote raise randomize rank read rebuild receive reconnect record \
    recover redirect redo reduce refresh register reject release reload remove rename render repeat replace reply \
    report request require reserve reset resize resolve respond restart restore resume retain retrieve retry return \
    reverse revert revoke rotate round route run sanitize save scale scan schedule score search seek select send \
    serialize serve set setup share shift show shrink shuffle shut sign simplify skip sleep slice solve sort spawn \
    split stage start stop store stream strip submit subscribe substitute subtract sum swap sync take tear terminate \
    throttle throw tick toggle tokenize touch track train transfer transform translate traverse trigger trim truncate \
    try unescape uninstall union unlock unpack unregister unsubscribe unwrap update upgrade upload upsert use validate \
    verify visit wait walk warn watch wrap write yield zip";

/// Words before which "the" is wrong, apart by white space.
pub(super) const NO_ARTICLE: &str = "a after all an and any as at before between by each every for from if in into it my no of on \
    once or over per since than that the their this through to twice under until up via what when whether while with \
    without";

/// Python's special methods: what the language says of them, as verb and rest.
pub(super) const PROTOCOL: &[(&str, &str, &str)] = &[
    ("__aenter__", "enter", "the context"),
    ("__aexit__", "leave", "the context"),
    ("__bool__", "tell", "whether it counts as true"),
    ("__call__", "call", "it like a function"),
    ("__contains__", "tell", "whether it contains the given item"),
    ("__delitem__", "delete", "the item at the given key"),
    ("__enter__", "enter", "the context"),
    ("__eq__", "tell", "whether it equals the other"),
    ("__exit__", "leave", "the context"),
    ("__getitem__", "return", "the item at the given key"),
    ("__hash__", "return", "the hash"),
    ("__iter__", "iterate", "over the items"),
    ("__len__", "return", "the number of items"),
    ("__lt__", "tell", "whether it comes before the other"),
    ("__ne__", "tell", "whether it differs from the other"),
    ("__next__", "return", "the next item"),
    ("__repr__", "return", "the representation for developers"),
    ("__setitem__", "set", "the item at the given key"),
    ("__str__", "return", "the text for people"),
];
