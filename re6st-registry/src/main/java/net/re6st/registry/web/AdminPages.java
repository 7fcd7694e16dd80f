package net.re6st.registry.web;

import gg.jte.html.HtmlTemplateOutput;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import net.re6st.net.Moment;
import net.re6st.net.Network;
import net.re6st.net.PlainNumber;
import net.re6st.net.Prefix;
import net.re6st.registry.core.Clashes;
import net.re6st.registry.core.CurrentAuthority;
import net.re6st.registry.core.JoinCommand;
import net.re6st.registry.core.KeyRotation;
import net.re6st.registry.core.NetworkGraph;
import net.re6st.registry.core.NodeEntry;
import net.re6st.registry.core.NodeList;
import net.re6st.registry.core.Overview;
import net.re6st.registry.core.PublishedParameters;
import net.re6st.registry.core.RegistrySettings;
import net.re6st.registry.core.Sighting;
import net.re6st.registry.port.AuditRow;
import net.re6st.registry.port.ClashRow;
import net.re6st.registry.port.NodeRow;
import net.re6st.registry.port.RegistryStore;
import net.re6st.registry.port.SupersededRow;
import net.re6st.registry.port.TokenRow;
import net.re6st.registry.web.LoginSessions.Session;

/** Shows the pages of the administration: fetches what core says about the network and hands it to a template. */
final class AdminPages {
    private static final int MAX_PAGE = 100_000;
    private static final int AUDIT_ROWS = 200;

    private final CurrentAuthority current;
    private final RegistrySettings settings;
    private final RegistryStore store;
    private final NetworkWatch watch;
    private final Network network;

    AdminPages(CurrentAuthority current, RegistrySettings settings, RegistryStore store, NetworkWatch watch) {
        this.current = current;
        this.settings = settings;
        this.store = store;
        this.watch = watch;
        this.network = current.authority().network();
    }

    /** The nodes and what was seen of them; {@code sighting} is empty if the first look is still going on. */
    record Seen(List<NodeEntry> nodes, Optional<Sighting> sighting, long nowUnixSeconds) {
        /** When that was. */
        String age() {
            return sighting.map(s -> s.isAnswered()
                            ? "Seen " + Words.relative(Math.min(s.takenUnixSeconds(), nowUnixSeconds), nowUnixSeconds)
                            : "The registry’s node does not answer: what is reachable is not known")
                    .orElse("The nodes are being asked: reload this page in some seconds");
        }
    }

    private record Rows(List<NodeRow> nodes, Optional<Prefix> registryNode, List<ClashRow> clashes) {}

    private Seen seen(Moment now) {
        Optional<Sighting> sighting = watch.latest(now);
        long seconds = Shell.seconds(now);
        Rows rows = store.read(view -> new Rows(view.nodes(), view.registryPrefix(), Clashes.certain(view, seconds)));
        List<NodeEntry> nodes =
                NodeList.all(rows.nodes(), network, sighting, rows.registryNode(), rows.clashes(), seconds);
        return new Seen(nodes, sighting, seconds);
    }

    PageResponse show(AdminView view, PageRequest request, Session session, Moment now) {
        Shell shell = new Shell(
                network.toString(),
                view,
                Optional.of(session.formToken().toHex()),
                Optional.ofNullable(AdminChanges.DONE.get(request.query("done"))),
                Optional.empty(),
                Shell.seconds(now));
        return show(PageResponse.OK, shell, request, now);
    }

    /** The page of something that could not be changed, with the reason. */
    PageResponse failure(int status, AdminView view, PageRequest request, Session session, String reason, Moment now) {
        Shell shell = new Shell(
                network.toString(),
                view,
                Optional.of(session.formToken().toHex()),
                Optional.empty(),
                Optional.of(reason),
                Shell.seconds(now));
        return show(status, shell, request, now);
    }

    private PageResponse show(int status, Shell shell, PageRequest request, Moment now) {
        return switch (shell.view()) {
            case OVERVIEW -> overview(status, shell, now);
            case NETWORK ->
                page(status, seen(now), (out, seen) -> JtenetworkGenerated.render(out, Html.UNCHANGED, shell, seen));
            case NETWORK_JSON -> {
                Seen seen = seen(now);
                yield PageResponse.json(
                        NetworkGraph.of(seen.nodes(), seen.sighting()).json());
            }
            case NODES -> nodes(status, shell, request, now);
            case NODE -> node(status, shell, request, now);
            case CONFIRM_REVOKE -> confirmRevoke(status, shell, request, now);
            case TOKENS -> tokens(status, shell, request);
            case KEYS -> {
                KeyRotation rotation = store.read(KeyRotation::of);
                yield page(status, rotation, (out, keys) -> JtekeysGenerated.render(out, Html.UNCHANGED, shell, keys));
            }
            case PARAMETERS -> {
                Optional<PublishedParameters> published = store.read(PublishedParameters::of);
                yield page(
                        status,
                        published,
                        (out, set) -> JteparametersGenerated.render(out, Html.UNCHANGED, shell, set));
            }
            case AUDIT -> audit(status, shell, request);
            case LOGIN -> throw new IllegalStateException("shown without a session");
        };
    }

    private static <T> PageResponse page(int status, T model, BiConsumer<HtmlTemplateOutput, T> template) {
        return Html.page(status, output -> template.accept(output, model));
    }

    /** What the page to log in shows: {@code certificate} is whom the browser's certificate names. */
    record LoginPage(String formToken, Optional<String> failure, Optional<String> certificate, boolean hasPassword) {}

    PageResponse login(int status, LoginPage model, Moment now) {
        // Whoever logs in wants to see the network next.
        CompletableFuture<Void> unused = watch.begin(now);
        return Html.page(status, out -> JteloginGenerated.render(out, Html.UNCHANGED, network.toString(), model));
    }

    PageResponse refusal(int status, String title, String text) {
        return Html.page(
                status, out -> JterefusalGenerated.render(out, Html.UNCHANGED, network.toString(), title, text));
    }

    private PageResponse overview(int status, Shell shell, Moment now) {
        Seen seen = seen(now);
        long caEnd = current.endUnixSeconds();
        KeyRotation rotation = store.read(KeyRotation::of);
        Overview overview = Overview.of(new Overview.Facts(
                seen.nodes(),
                store.read(view -> view.tokens().size()),
                rotation,
                seen.sighting(),
                caEnd,
                shell.nowUnixSeconds()));
        long version = store.read(PublishedParameters::of)
                .map(PublishedParameters::version)
                .orElse(0L);
        OverviewPage model = new OverviewPage(overview, seen, rotation, version, caEnd);
        return page(status, model, (out, page) -> JteoverviewGenerated.render(out, Html.UNCHANGED, shell, page));
    }

    /** What the overview shows. */
    record OverviewPage(Overview overview, Seen seen, KeyRotation rotation, long version, long caEnd) {}

    private PageResponse nodes(int status, Shell shell, PageRequest request, Moment now) {
        NodeList.Order order = order(request.query("sort"));
        NodeList.Query query = new NodeList.Query(
                limited(request.query("q")),
                order,
                request.query("dir").equals("desc"),
                Math.max(0, PlainNumber.parse(request.query("page"), MAX_PAGE)));
        Seen seen = seen(now);
        NodesPage model = new NodesPage(NodeList.of(seen.nodes(), network, query), query, seen);
        return page(status, model, (out, page) -> JtenodesGenerated.render(out, Html.UNCHANGED, shell, page));
    }

    private static String limited(String search) {
        return search.length() > 200 ? search.substring(0, 200) : search;
    }

    private static NodeList.Order order(String name) {
        for (NodeList.Order order : NodeList.Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(name)) {
                return order;
            }
        }
        return NodeList.Order.PREFIX;
    }

    /** What the list of nodes shows. */
    record NodesPage(NodeList list, NodeList.Query query, Seen seen) {
        private String link(NodeList.Order order, boolean descending, int page) {
            return "nodes?sort=" + order.name().toLowerCase(Locale.ROOT) + (descending ? "&dir=desc" : "")
                    + (query.search().isEmpty() ? "" : "&q=" + Words.encode(query.search()))
                    + (page > 0 ? "&page=" + page : "");
        }

        /** To the list in that order; in the other direction if it is so ordered already. */
        String sortLink(NodeList.Order order) {
            return link(order, order == query.order() && !query.descending(), 0);
        }

        /** For the column's head, as assistive technology wants it. */
        String sorted(NodeList.Order order) {
            return order != query.order() ? "none" : query.descending() ? "descending" : "ascending";
        }

        String pageLink(int page) {
            return link(query.order(), query.descending(), page);
        }
    }

    private Optional<NodeEntry> entry(Seen seen, PageRequest request) {
        String cn = request.query("cn").isEmpty() ? request.form("cn") : request.query("cn");
        return seen.nodes().stream().filter(node -> node.cn().equals(cn)).findFirst();
    }

    private PageResponse node(int status, Shell shell, PageRequest request, Moment now) {
        Seen seen = seen(now);
        Optional<NodeEntry> entry = entry(seen, request);
        if (entry.isEmpty()) {
            return refusal(
                    PageResponse.NOT_FOUND, "No such node", "No node has this prefix: it may have been revoked.");
        }
        NetworkGraph graph = NetworkGraph.of(seen.nodes(), seen.sighting());
        NodePage model = new NodePage(
                entry.get(),
                seen,
                graph.neighbours(entry.get().prefix()),
                graph.waysFrom(entry.get().prefix()));
        return page(status, model, (out, page) -> JtenodeGenerated.render(out, Html.UNCHANGED, shell, page));
    }

    /** What the page of one node shows. */
    record NodePage(NodeEntry node, Seen seen, List<NodeEntry> neighbours, List<NetworkGraph.Way> ways) {}

    private PageResponse confirmRevoke(int status, Shell shell, PageRequest request, Moment now) {
        Seen seen = seen(now);
        return (request.query("serial").isEmpty() ? entry(seen, request) : holder(seen, request.query("serial")))
                .map(node -> page(
                        status,
                        new RevokePage(node, store.read(view -> view.superseded(node.prefix()))),
                        (out, model) -> JteconfirmRevokeGenerated.render(out, Html.UNCHANGED, shell, model)))
                .orElseGet(() -> refusal(
                        PageResponse.NOT_FOUND,
                        "No such node",
                        "No node has this prefix, or a certificate with this serial that is still good: it was revoked"
                                + " already."));
    }

    /** What the page before a revocation shows; {@code replaced}: certificates that the node had, and which are still good. */
    record RevokePage(NodeEntry node, List<SupersededRow> replaced) {
        List<SupersededRow> replacedAt(long nowUnixSeconds) {
            return replaced.stream()
                    .filter(row -> row.endUnixSeconds() > nowUnixSeconds)
                    .toList();
        }
    }

    /** Whose certificate has, or had, this serial. */
    private Optional<NodeEntry> holder(Seen seen, String text) {
        String serial = text.strip();
        if (!serial.matches("\\d{1,18}")) {
            return Optional.empty();
        }
        long number = Long.parseLong(serial);
        Optional<Prefix> prefix = store.read(view ->
                view.prefixOfSerial(number).or(() -> view.superseded(number).map(SupersededRow::prefix)));
        return seen.nodes().stream()
                .filter(node -> prefix.equals(Optional.of(node.prefix())))
                .findFirst();
    }

    private PageResponse tokens(int status, Shell shell, PageRequest request) {
        TokensPage model = new TokensPage(
                store.read(view -> view.tokens()),
                JoinCommand.of(PublicPage.url(request, settings), current.authority()),
                request.query("new"),
                settings.tokenPrefixLength(),
                settings.gracePeriodSeconds());
        return page(status, model, (out, page) -> JtetokensGenerated.render(out, Html.UNCHANGED, shell, page));
    }

    /** What the page of tokens shows; {@code added} is the one just made. */
    record TokensPage(
            List<TokenRow> tokens, JoinCommand join, String added, int prefixLength, long gracePeriodSeconds) {
        boolean isEnabled() {
            return prefixLength > 0;
        }

        long expires(TokenRow token) {
            return token.madeUnixSeconds() + gracePeriodSeconds;
        }

        String command(TokenRow token) {
            return join.text(token.email(), token.token());
        }
    }

    private PageResponse audit(int status, Shell shell, PageRequest request) {
        String before = request.query("before");
        long number = before.matches("\\d{1,18}") ? Long.parseLong(before) : Long.MAX_VALUE;
        AuditPage model = new AuditPage(store.read(view -> view.auditBefore(number, AUDIT_ROWS + 1)));
        return page(status, model, (out, page) -> JteauditGenerated.render(out, Html.UNCHANGED, shell, page));
    }

    /** What the page of the audit log shows; one row more than it shows tells that there are older ones. */
    record AuditPage(List<AuditRow> found) {
        List<AuditRow> rows() {
            return found.subList(0, Math.min(AUDIT_ROWS, found.size()));
        }

        Optional<Long> older() {
            return found.size() > AUDIT_ROWS
                    ? Optional.of(rows().get(AUDIT_ROWS - 1).number())
                    : Optional.empty();
        }
    }
}
