package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;

/** An agent and its tasks. */
abstract class AgentPageChecks extends PageChecks {
    @Test
    void everyTaskRowOfAnAgentIsALink() {
        show("?view=agent&id=helper");
        Locator row = page.locator("section[aria-label=Tasks] tbody tr").first();
        assertThat(row).containsText("The tests did not end within 30 s");
        assertAccessible();
        row.click();
        assertThat(page.locator("h1")).containsText(PageEvents.LONG_TASK);
        page.goBack();
        assertThat(page.locator("h1")).containsText("helper");
    }

    @Test
    void agentWithADotForAName_hasAPage() {
        show("?view=agent&id=.");
        assertThat(page.locator("section[aria-label=Tasks] tbody tr")).hasCount(1);
    }

    @Test
    void agentWhoseTaskHasNotEnded_hasTheCostOfItsCalls_notZero() {
        show("?view=agent&id=behind-a-gateway");
        Locator tiles = page.locator(".tiles");
        assertThat(tiles).containsText("$1.23");
        assertThat(tiles).containsText("so far, in 1 call: no task has ended");
        assertThat(tiles).not().containsText("$0");
        assertThat(page.locator("figure").first()).containsText("1 call so far cost $1.23");
        assertAccessible();
        show("?filter=behind-a-gateway");
        assertThat(page.locator("section[aria-label=Agents] tbody tr"))
                .containsText("$1.23 so far");
    }
}
