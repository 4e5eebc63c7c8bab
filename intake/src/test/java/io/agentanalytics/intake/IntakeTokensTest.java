package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.sources.Caller;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTokensTest {
    private static final String TOKEN = "0123456789abcdef";

    @Test
    void readsNameAgentRateAndTags() {
        IntakeTokens tokens =
                parse("# laptops\n\n " + TOKEN + "  laptop agent=coder rate=500 team=web env=dev");
        IntakeTokens.Holder holder = tokens.holderOf(TOKEN);
        assertThat(holder.caller())
                .isEqualTo(new Caller("laptop", "coder", Map.of("team", "web", "env", "dev")));
        assertThat(holder.limit()).isNotNull();
    }

    @Test
    void acceptsOnlyItsTokens() {
        IntakeTokens tokens = parse(TOKEN + " laptop\nfedcba9876543210 ci");
        assertThat(tokens.holderOf("fedcba9876543210").caller().name()).isEqualTo("ci");
        assertThat(tokens.holderOf("fedcba9876543210").limit()).isNull();
        assertThat(tokens.holderOf(TOKEN + " ")).isNull();
        assertThat(tokens.holderOf("")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "short laptop",
        "0123456789abcdef",
        "0123456789abcdef la/ptop",
        "0123456789abcdef laptop team",
        "0123456789abcdef laptop =web",
        "0123456789abcdef laptop team=",
        "0123456789abcdef laptop team=a team=b",
        "0123456789abcdef laptop rate=0",
        "0123456789abcdef laptop rate=many",
    })
    void errorsNameTheLine_butNotTheToken(String line) {
        assertThatThrownBy(() -> parse("# first\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens.txt, line 2: ")
                .hasMessageNotContaining(TOKEN)
                .hasMessageNotContaining("short");
    }

    @Test
    void refusesAFileWithoutTokens() {
        assertThatThrownBy(() -> parse("# none")).hasMessageContaining("contains no token");
    }

    @Test
    void limitsTheRecordsPerSecond() throws Exception {
        AtomicLong now = new AtomicLong();
        RateLimit limit = new RateLimit(100, now::get);
        limit.check();
        limit.spend(250); // a batch is admitted whole; later ones wait for the excess
        assertThatThrownBy(limit::check)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(429);
                            assertThat(refusal.retryAfterSeconds()).isEqualTo(2);
                        });
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_500));
        assertThatCode(limit::check).doesNotThrowAnyException();
        now.addAndGet(TimeUnit.HOURS.toNanos(1)); // a pause does not save up more than a second
        limit.check();
        limit.spend(101);
        assertThatThrownBy(limit::check).isInstanceOf(Refusal.class);
    }

    private static IntakeTokens parse(String text) {
        return IntakeTokens.parse(text, "tokens.txt");
    }
}
