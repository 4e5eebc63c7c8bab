package io.agentanalytics.local;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, on events that went the whole way. Its parts are tested in classes of
 * their own, which share one stack and one browser.
 */
@SuppressWarnings("ClassCanBeStatic") // JUnit nests inner classes only
class PageTest {
    @TempDir static Path directory;

    @BeforeAll
    static void start() throws Exception {
        BrowserTest.startBrowser();
        PageChecks.fixture = PageFixture.start(directory);
        PageChecks.fixture.fill();
    }

    @BeforeEach
    void continueFleet() throws Exception {
        PageChecks.fixture.continueFleet();
    }

    @AfterAll
    static void stop() {
        BrowserTest.closeBrowser();
        PageChecks.fixture.close();
    }

    @Nested
    class Frame extends PageFrameChecks {}

    @Nested
    class FleetView extends FleetPageChecks {}

    @Nested
    class Verdict extends VerdictPageChecks {}

    @Nested
    class Incident extends IncidentPageChecks {}

    @Nested
    class Provider extends ProviderPageChecks {}

    @Nested
    class AgentView extends AgentPageChecks {}

    @Nested
    class TaskView extends TaskPageChecks {}

    @Nested
    class Waste extends WastePageChecks {}

    @Nested
    class Modules extends PageModuleChecks {}
}
