package io.agentanalytics.local;

/** Base class of the parts of {@link PageTest}, which share its stack. */
abstract class PageChecks extends BrowserTest {
    static PageFixture fixture;

    @Override
    final String address() {
        return fixture.address();
    }

    /** Returns the open alert on the provider that fails. */
    static String openIncident() throws Exception {
        return fixture.answer("alerts?open=true&type=provider_issues&provider=openai")
                .path("alerts")
                .get(0)
                .path("alert_id")
                .asText();
    }
}
