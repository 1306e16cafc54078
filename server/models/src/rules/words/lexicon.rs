//! Lists of words, each separated by white space.

/// Words that open a function's name as its verb.
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

/// Words before which "the" is wrong.
pub(super) const NO_ARTICLE: &str = "a after all an and any as at before between by each every for from if in into it my no of on \
    once or over per since than that the their this through to twice under until up via what when whether while with \
    without";
