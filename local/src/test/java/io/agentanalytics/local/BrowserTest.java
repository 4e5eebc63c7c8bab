package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base class of tests of the page in a real browser. Each test has a page of its own, and fails if
 * the page writes an error or a warning to the console. {@code scripts/test -Dscreenshots} also
 * takes screenshots, in target/screenshots.
 */
abstract class BrowserTest {
    /** Ends when the charts have followed a change of the window. */
    private static final String SOME_FRAMES =
            "new Promise(done => { let left = 4; const next = () => left--"
                    + " ? requestAnimationFrame(next) : done(); next(); })";

    private static final String CUT_TABLES =
            "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
                    + ".map(e => e.ariaLabel)";

    static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Widths that axe examines, which takes seconds: a wide layout and that of a phone. Views are
     * drawn in the dark theme in one of them and in the light theme in the other.
     */
    private static final Set<Integer> AUDITED_WIDTHS = Set.of(1440, 390);

    private static Chromium chromium;

    /** Test classes that use the browser; nested ones share that of their outer class. */
    private static int users;

    /** Console messages and script errors of the test's page. */
    private final List<String> complaints = new ArrayList<>();

    private final List<String> expected = new ArrayList<>();

    Page page;

    /** Returns the address of the API. */
    abstract String address();

    @BeforeAll
    static void startBrowser() {
        if (users++ == 0) {
            chromium = Chromium.start();
        }
    }

    @AfterAll
    static void closeBrowser() {
        if (--users == 0) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() {
        page = newPage();
    }

    @AfterEach
    void close() {
        // A request that a closed page still has under way would fail in its route's handler, which
        // runs while the next test waits.
        page.unrouteAll();
        page.close();
        assertNoComplaints();
    }

    final void assertNoComplaints() {
        complaints.removeIf(complaint -> expected.stream().anyMatch(complaint::contains));
        assertThat(complaints).isEmpty();
    }

    /** Allows console messages with these parts, which may also arrive while the page is closed. */
    final void expectComplaints(String... parts) {
        expected.addAll(List.of(parts));
    }

    /** Opens another page whose complaints count as well. */
    final Page newPage() {
        Page opened =
                chromium.browser().newPage(new Browser.NewPageOptions().setViewportSize(1440, 900));
        opened.setDefaultTimeout(Chromium.PATIENCE_MILLIS);
        opened.onConsoleMessage(
                message -> {
                    if (List.of("error", "warning").contains(message.type())
                            && !isExpected(message)) {
                        complaints.add(message.text() + " " + message.location());
                    }
                });
        opened.onPageError(complaints::add);
        return opened;
    }

    /**
     * Streams of closed pages count against this client until their next heartbeat. A machine that
     * is busy for seconds draws the page long after the font was loaded.
     */
    private static boolean isExpected(ConsoleMessage message) {
        return message.location().contains("/api/analytics/stream")
                || message.text().contains("was preloaded using link preload but not used");
    }

    final void show(String query) {
        page.navigate(address() + "/analytics-dashboard/" + query);
        page.waitForSelector("body[data-drawn]");
    }

    final Locator section(String name) {
        return page.locator("section[aria-label='" + name + "']");
    }

    /**
     * Asserts that the page has a heading, no sideways scroll (nor, at full width, a table with
     * one) and, at the usual widths, no violation that axe finds.
     */
    final void assertWhole(String screenshot) {
        PlaywrightAssertions.assertThat(page.locator("h1")).isVisible();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("no sideways scroll")
                .isTrue();
        if (page.viewportSize().width >= 1440) {
            assertThat(page.evaluate(CUT_TABLES)).as("cut tables").isEqualTo(List.of());
        }
        if (AUDITED_WIDTHS.contains(page.viewportSize().width)) {
            assertAccessible();
        }
        shoot(screenshot);
    }

    /** Asserts it in a narrow window, in which the page should have been opened, and a wide one. */
    final void assertWhole(String name, String theme, int narrow, int wide) {
        for (int width : new int[] {narrow, wide}) {
            page.setViewportSize(width, 900);
            page.evaluate(SOME_FRAMES);
            assertWhole("%s-%s-%d".formatted(name, theme, width));
        }
    }

    final void assertAccessible() {
        assertAccessible(page);
    }

    static void assertAccessible(Page page) {
        // The legacy mode examines one frame, and the page has no others; it takes half the time.
        // The rows of a table are drawn by the same code: the first ten are examined.
        // What is no violation is not described.
        AxeRunOptions options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        assertThat(
                        new AxeBuilder(page)
                                .setLegacyMode(true)
                                .options(options)
                                .exclude("tbody tr:nth-child(n+11)")
                                .analyze()
                                .getViolations())
                .extracting(v -> v.getId() + ": " + v.getNodes().get(0).getHtml())
                .isEmpty();
    }

    /** Passes the API's own answer to the page with a change. */
    final void altered(String url, Consumer<ObjectNode> change) {
        page.route(
                "**/api/analytics/" + url,
                route -> {
                    try {
                        ObjectNode body = (ObjectNode) JSON.readTree(route.fetch().text());
                        change.accept(body);
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setContentType("application/json")
                                        .setBody(body.toString()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** Evaluates an expression of a module of the page, which it calls {@code m}. */
    final Object inModule(String module, String expression) {
        return page.evaluate(
                "import('/analytics-dashboard/js/%s').then((m) => %s)"
                        .formatted(module, expression));
    }

    final void shoot(String name) {
        shoot(page, name);
    }

    /** Takes a screenshot if the system property {@code screenshots} is set. */
    static void shoot(Page page, String name) {
        if (System.getProperty("screenshots") == null) {
            return;
        }
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(Path.of("target", "screenshots", name + ".png"))
                        .setFullPage(true));
    }
}
