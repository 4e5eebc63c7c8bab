package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The views Connect and Clients in a real browser, from an empty page to the first record. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConnectPageTest extends BrowserTest {
    @TempDir static Path directory;
    private static ClientsFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ClientsFixture.start(directory);
    }

    @Override
    String address() {
        return fixture.address();
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    @Order(1)
    void anEmptyPageLeadsToConnect() {
        show("");
        page.locator(".verdict a", new Page.LocatorOptions().setHasText("Connect")).click();
        assertThat(page.locator("h1")).hasText("Connect an agent");
        show("?view=clients");
        assertThat(page.locator(".message")).containsText("No client has sent records");
        page.locator(".message button").click();
        assertThat(page.locator(".arrival")).containsText("Waiting for the first event");
        assertThat(page.locator("nav.main a[aria-current]")).hasText("Clients");
        page.goBack();
        assertThat(page.locator("h1")).hasText("Clients");
    }

    @Test
    @Order(2)
    void theFirstRecordIsShownAsItArrives() {
        show("?view=connect&id=codex");
        assertThat(page.locator(".arrival")).containsText("Waiting for the first event");
        fixture.report("a", "codex_exec", Instant.now(), "logs:counted=3");
        assertThat(page.locator(".arrival.done")).containsText("Received: 3 records");
        assertThat(page.locator("#say")).containsText("codex_exec 2.1");
    }

    @Test
    @Order(3)
    void eachClientHasATab_withTheTextOfTheCommand() {
        show("?view=connect");
        assertThat(page.locator(".snippet").first()).containsText("http://127.0.0.1:4318");
        Locator tabs = page.locator("[id^=tab-]");
        assertThat(tabs).hasCount(9);
        page.locator("#tab-gemini").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#tab-gemini[aria-pressed=true]")).isVisible();
        assertThat(page.locator("main")).containsText("~/.gemini/settings.json");
        assertThat(page.url()).contains("id=gemini");
        page.getByLabel("The intake requires a token").check();
        assertThat(page.locator("main")).containsText("$(cat TOKEN_FILE)");
    }

    @Test
    @Order(4)
    void snippetsAreCopied() {
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        show("?view=connect&id=otel");
        page.locator("[aria-label^='Copy ']").first().click();
        assertThat(page.locator(".toast")).hasText("Copied.");
        assertThat((String) page.evaluate("navigator.clipboard.readText()"))
                .contains("OTEL_TRACES_EXPORTER=otlp");
    }

    @Test
    @Order(5)
    void clientsShowDroppedAndMissingSignals() {
        fixture.report("a", "claude-code", Instant.now(), "metrics:ignored_duplicate_signal=40");
        show("?view=clients");
        Locator row = page.locator("tbody tr", new Page.LocatorOptions().setHasText("claude-code"));
        assertThat(row).containsText("40 ignored duplicate signal");
        assertThat(row).containsText("OTEL_LOGS_EXPORTER=otlp");
        assertThat(row).containsText("StopFailure");
    }

    @ParameterizedTest
    @Order(6)
    @CsvSource({"dark,320,1440", "light,320,390"})
    void bothViewsAreWholeAndAccessible(String theme, int narrow, int wide) {
        for (String view : List.of("connect", "clients")) {
            page.setViewportSize(narrow, 900);
            show("?theme=" + theme + "&view=" + view);
            assertWhole(view, theme, narrow, wide);
        }
    }
}
