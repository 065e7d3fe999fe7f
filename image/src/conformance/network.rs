//! Sockets, `http-get`, `dns-resolve`: what `network` grants, to which port, and what is said when nothing comes.

use super::guest::{Code, Guest, Script};
use super::lab::Lab;
use super::scene::{Rule, Scene};
use super::servers::{PAGE, Ports, ports};

/// An app that does with sockets what it is told.
fn sockets(name: &str, grants: &str) -> Guest {
    let tables = format!("[capabilities]\nstdio = true\n{grants}");
    Guest { code: Code::Sockets, ..Guest::new(name, &tables, Script::new()) }
}

/// Identity, words, and what an app tells of one of its lines.
type Told = (&'static str, &'static str, &'static str, String);

/// Identity, words, request, and how the reply begins.
type Asked = (&'static str, &'static str, String, String);

fn told(Ports { free, other, .. }: Ports) -> Vec<Told> {
    let refused = |line: String| format!("{line}: PermissionDenied");
    vec![
        (
            "1.network_port.granted",
            "the granted port may be listened on",
            "server",
            format!("listen {free}: ok"),
        ),
        ("1.network_port.other", "another one may not", "server", refused(format!("listen {other}"))),
        (
            "1.network_port.low",
            "without a granted port none below 1024",
            "client",
            refused("listen 1023".into()),
        ),
        ("1.network_port.high", "but any above", "client", format!("listen {other}: ok")),
        ("1.network_port.any", "or any that is free", "client", "listen 0: ok".into()),
        (
            "1.network.client",
            "a client of a server on the same device",
            "client",
            format!("connect {free}: short"),
        ),
        ("1.network.udp", "sockets are TCP's", "client", refused("udp 0".into())),
        ("1.network.names", "names are looked up", "client", "resolve host.test: 127.0.0.1".into()),
        (
            "1.network.absent.listen",
            "without network nothing is listened on",
            "hermit",
            refused("listen 0".into()),
        ),
        ("1.network.absent.connect", "nothing connected to", "hermit", refused(format!("connect {free}"))),
        ("1.network.absent.names", "and no name looked up", "hermit", "resolve host.test: ".into()),
    ]
}

fn asked(Ports { free, other, .. }: Ports) -> Vec<Asked> {
    let get = |path: &str| format!("http-get http://127.0.0.1:{free}{path}");
    let ask = |id, says, request: String, reply: &str| (id, says, request, format!("REPLY:{reply}"));
    vec![
        ask("5.2.http-get", "http-get: the status and the text", get("/short"), "http-get 200 short"),
        ask("5.2.http-get.status", "whatever the status", get("/x"), "http-get 404 nothing here"),
        ask(
            "5.newline",
            "a newline inside a reply is sent as \\n",
            get("/lines"),
            "http-get 200 two\\nlines",
        ),
        ask("5.2.http-get.redirect", "redirects are followed", get("/elsewhere"), "http-get 200 short"),
        ask("5.2.http-get.round", "but not for ever", get("/round"), "http-get error more than 5 redirects"),
        ask(
            "5.2.http-get.noise",
            "what is no HTTP is an error",
            get("/noise"),
            "http-get error the answer is no HTTP",
        ),
        ask(
            "5.2.http-get.nobody",
            "and so is nobody there",
            format!("http-get http://127.0.0.1:{other}/"),
            "http-get error no connection",
        ),
        ask(
            "5.2.http-get.tls",
            "and https",
            "http-get https://127.0.0.1/".into(),
            "http-get error https is not",
        ),
        ask(
            "5.2.http-get.url",
            "and what is no URL",
            "http-get nonsense".into(),
            "http-get error a URL like",
        ),
        ask(
            "5.2.http-get.name",
            "a host may be named",
            format!("http-get http://host.test:{free}/short"),
            "http-get 200 short",
        ),
        ask(
            "5.2.dns-resolve",
            "dns-resolve: the address",
            "dns-resolve host.test".into(),
            "dns host.test 127.0.0.1",
        ),
        ask(
            "5.2.dns-resolve.unknown",
            "or that there is no such name",
            "dns-resolve missing.test".into(),
            "dns missing.test NXDOMAIN",
        ),
        ask(
            "5.2.dns-resolve.broken",
            "a server that cannot answer is an error",
            "dns-resolve broken.test".into(),
            "error: dns-resolve: the name server cannot answer",
        ),
    ]
}

/// A server, a client and one without the right, on a device with an address.
pub(super) fn network() -> Scene {
    let ports = ports();
    let mut scene = Scene::new("network");
    scene.is_walk = true;
    scene.has_network = true;
    scene.device = format!(
        "[network]\naddress = \"10.0.2.15/24\"\ngateway = \"10.0.2.2\"\ndns = [\"$HOST:{}\"]\n",
        ports.names
    );
    let (told, asked) = (told(ports), asked(ports));
    let orders = |app: &str| {
        let lines = told.iter().filter(|(_, _, of, _)| *of == app).map(|(.., line)| line);
        let lines = lines.filter_map(|line| line.split_once(':')).map(|(order, _)| order.to_owned());
        lines.fold(Script::new(), |all, order| all.say(&format!("@{app}: {order}")).hear_line("done"))
    };
    let ready = (0..3).fold(Script::new(), |all, _| all.hear_line("ready"));
    let stage = ready
        .then(&orders("server"))
        .say("@server: serve")
        .hear_line("serving")
        .then(&orders("client"))
        .then(&orders("hermit"))
        .say("@asker: go");
    let long = format!("http-get http://127.0.0.1:{}/long", ports.free);
    let out = format!("http-get http://10.0.2.2:{}/", ports.page);
    let requests =
        asked.iter().fold(Script::new().hear_line("go"), |all, (_, _, request, _)| all.ask_and_wait(request));
    let requests = requests.ask_and_wait(&long).ask_and_wait(&out).note("> all asked");
    scene.guests = vec![
        Guest::plain("stage", stage.stay()),
        sockets("server", &format!("network = true\nnetwork_port = {}", ports.free)),
        sockets("client", "network = true"),
        sockets("hermit", ""),
        Guest::new("asker", "[capabilities]\nstdio = true\nnetwork = true", requests.stay()),
    ];
    scene.rules = told
        .into_iter()
        .map(|(id, says, app, line)| {
            Rule::new(id, says, move |lab: &mut Lab| {
                let said = lab.line(app, &line)?;
                let granted = said.ends_with("127.0.0.1") || said.ends_with(": ok");
                if app == "hermit" && granted { Err(said) } else { Ok(()) }
            })
        })
        .collect();
    scene.rules.extend(asked.into_iter().map(|(id, says, _, reply)| {
        Rule::new(id, says, move |lab: &mut Lab| lab.line("asker", &format!("> {reply}")).map(drop))
    }));
    scene.rules.push(Rule::new(
        "5.2.http-get.long",
        "the first 4096 characters of it, whatever their bytes",
        |lab| {
            // A log line is cut at 4 KiB: half of these characters, and how they begin.
            let said = lab.line("asker", "> REPLY:http-get 200 \u{e9}\u{e9}")?;
            if said.chars().filter(|c| *c == '\u{e9}').count() > 2000 { Ok(()) } else { Err(said) }
        },
    ));
    scene.rules.push(
        Rule::new("5.2.http-get.out", "a page beside the machine, by its interface", |lab| {
            lab.line("asker", &format!("> REPLY:http-get 200 {PAGE}")).map(drop)
        })
        .of_machines(),
    );
    scene
}
