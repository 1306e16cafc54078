//! What commands reach of the network: listed hosts, through the proxy, and nothing else.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use sandbox::{HostError, Level, Limits, SandboxError};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, said};

/// A server on this machine's loopback that answers `hello` and passes on what it was sent.
fn server() -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sent, received) = mpsc::channel();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut asked = vec![0; 4096];
            let read = client.read(&mut asked).unwrap_or_default();
            asked.truncate(read);
            let _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n");
            let _ = client.shutdown(std::net::Shutdown::Write);
            let _ = client.read_to_end(&mut asked);
            let _ = sent.send(String::from_utf8_lossy(&asked).into_owned());
        }
    });
    (port, received)
}

fn bench(network: &[String]) -> Bench {
    Bench::with(&[], |_, settings| settings.network = network.to_vec())
}

/// Sends this through the proxy, as bash can; what comes back is shown without carriage returns.
fn through_the_proxy(request: &str) -> String {
    format!("exec 3<>/dev/tcp/127.0.0.1/${{http_proxy##*:}}; printf '{request}' >&3; tr -d '\\r' <&3")
}

async fn check(network: &[String], request: &str, expect: &str) {
    let bench = bench(network);
    if bench.workbench().standing().level != Level::Overlay {
        return;
    }
    let answer = said(&bench.attack(&through_the_proxy(request)).await);
    assert!(answer.contains(expect), "{request} with {network:?}: {answer}");
    let is_refusal = expect.starts_with('4');
    assert!(!is_refusal || !answer.contains("hello"), "{request}: {answer}");
}

#[tokio::test]
async fn a_listed_host_is_reached_and_no_other() {
    let (port, received) = server();
    let (other, untouched) = server();
    let listed = [format!("127.0.0.1:{port}")];
    let get = |host: &str| format!("GET http://{host}/x HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n");
    check(&listed, &get(&format!("127.0.0.1:{port}")), "hello").await;
    let asked = received.recv().unwrap();
    assert_eq!(
        asked,
        format!("GET /x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")
    );
    let tunnel = format!("CONNECT 127.0.0.1:{port} HTTP/1.1\\r\\n\\r\\nGET /y HTTP/1.1\\r\\n\\r\\n");
    check(&listed, &tunnel, "200 Connection established\n\nHTTP/1.1 200 OK").await;
    assert_eq!(received.recv().unwrap(), "GET /y HTTP/1.1\r\n\r\n");
    for host in [
        format!("127.0.0.1:{other}"),
        format!("localhost:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        "example.org".to_owned(),
    ] {
        check(&listed, &get(&host), "403 Not allowed by sandbox.network").await;
    }
    for host in [
        format!("2130706433:{port}"),
        format!("127.1:{port}"),
        format!("u@127.0.0.1:{port}"),
    ] {
        check(&listed, &get(&host), "400 Bad Request").await;
    }
    let two = format!("GET http://127.0.0.1:{port}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{other}\\r\\n\\r\\n");
    check(&listed, &two, "400 Bad Request").await;
    assert!(untouched.try_recv().is_err() && received.try_recv().is_err());
}

#[tokio::test]
async fn a_second_request_on_a_connection_goes_nowhere() {
    let (port, received) = server();
    let host = format!("127.0.0.1:{port}");
    let one = format!("POST http://{host}/1 HTTP/1.1\\r\\nContent-Length: 2\\r\\n\\r\\nok");
    check(
        std::slice::from_ref(&host),
        &format!("{one}GET http://evil.org/ HTTP/1.1\\r\\n\\r\\n"),
        "hello",
    )
    .await;
    let asked = received.recv().unwrap();
    assert!(asked.ends_with("\r\n\r\nok"), "{asked}");
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused() {
    let (port, received) = server();
    // Every machine resolves names below `localhost` to itself, or not at all.
    let bench = bench(&[format!("rebound.localhost:{port}")]);
    if bench.workbench().standing().level != Level::Overlay {
        return;
    }
    let request = format!("CONNECT rebound.localhost:{port} HTTP/1.1\\r\\n\\r\\n");
    let answer = said(&bench.attack(&through_the_proxy(&request)).await);
    assert!(
        answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 502"),
        "{answer}"
    );
    assert!(received.try_recv().is_err());
    let get = "GET / HTTP/1.1\\r\\n\\r\\n";
    let request = format!("CONNECT localhost:{port} HTTP/1.1\\r\\n\\r\\n{get}");
    check(&[format!("localhost:{port}")], &request, "hello").await;
}

#[tokio::test]
async fn there_is_no_way_but_the_proxy() {
    let (port, received) = server();
    let bench = bench(&[format!("127.0.0.1:{port}"), "example.org".into()]);
    if bench.workbench().standing().level != Level::Overlay {
        return;
    }
    let direct = format!("(echo x > /dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo reached");
    assert_eq!(said(&bench.attack(&direct).await), "");
    assert!(received.try_recv().is_err());
    let outcome = bench
        .attack("echo $HTTP_PROXY $HTTPS_PROXY $ALL_PROXY $http_proxy $https_proxy $all_proxy; echo $NO_PROXY")
        .await;
    let proxy = ["http://127.0.0.1:3128"; 6].join(" ");
    assert_eq!(said(&outcome), format!("{proxy}\nlocalhost,::1,[::1]\n"));
}

#[tokio::test]
async fn what_was_refused_is_told_with_its_remedy() {
    let bench = bench(&["example.org".into()]);
    if bench.workbench().standing().level != Level::Overlay {
        return;
    }
    let request = "CONNECT evil.org:443 HTTP/1.1\\r\\n\\r\\n";
    let outcome = bench.attack(&through_the_proxy(request)).await;
    let told = "evil.org:443 is not in `sandbox.network`: add it there to let commands reach it.";
    assert!(said(&outcome).ends_with(&format!("\n\n{told}\n")), "{}", said(&outcome));
    assert_eq!(outcome.notes, [told]);
}

#[tokio::test]
async fn a_flood_of_connections_and_an_endless_header_are_survived() {
    let (port, _received) = server();
    let host = format!("127.0.0.1:{port}");
    let bench = bench(std::slice::from_ref(&host));
    if bench.workbench().standing().level != Level::Overlay {
        return;
    }
    let long = "exec 3<>/dev/tcp/127.0.0.1/3128; head -c 20000 /dev/zero | tr '\\0' x >&3; head -1 <&3";
    assert!(said(&bench.attack(long).await).contains("400 Bad Request"));
    let flood = "for i in $(seq 63); do eval \"exec $((i+10))<>/dev/tcp/127.0.0.1/3128\"; done; ";
    let get = through_the_proxy(&format!("GET http://{host}/ HTTP/1.1\\r\\n\\r\\n"));
    assert!(said(&bench.attack(&format!("{flood}{get}")).await).contains("hello"));
}

#[tokio::test]
async fn an_entry_that_is_no_host_is_refused() {
    let bench = bench(&["https://example.org/".into()]);
    let refused = bench
        .try_run(&[], "true", Limits::default(), &CancellationToken::new())
        .await;
    let Err(SandboxError::Network { entry, source }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((entry.as_str(), source), ("https://example.org/", HostError::Port));
}
