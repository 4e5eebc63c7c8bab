package io.agentanalytics.local.follow;

import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.client.Shares;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loop that keeps an output up to date with the weights of a scope. */
public final class WeightFollower {
    private static final Logger LOG = LoggerFactory.getLogger(WeightFollower.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /**
     * Time to wait for the first decision. Until then the output is left as it is; a restart of the
     * follower must not give a failing provider its even share for a moment.
     */
    private static final Duration FIRST = Duration.ofSeconds(10);

    private final ProviderWeights weights;
    private final List<String> scopes;
    private final List<Target> targets;
    private final WeightFormat format;
    private final WeightOutput output;
    private final long startNanos = System.nanoTime();
    private boolean decided;
    private String failure = "";

    public WeightFollower(
            ProviderWeights weights,
            List<String> scopes,
            List<Target> targets,
            WeightFormat format,
            WeightOutput output) {
        this.weights = weights;
        this.scopes = List.copyOf(scopes);
        this.targets = List.copyOf(targets);
        this.format = format;
        this.output = output;
    }

    /** Follows the weights until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            Thread.sleep((follow() ? LOOK : RETRY).toMillis());
        }
    }

    private boolean follow() {
        Shares shares = weights.shares(scopes);
        decided |= shares.decision() != null || System.nanoTime() - startNanos > FIRST.toNanos();
        if (!decided) {
            return true;
        }
        try {
            output.put(format.text(shares, targets));
            if (!failure.isEmpty()) {
                LOG.info("The weights arrive again.");
                failure = "";
            }
            return true;
        } catch (IOException e) {
            String sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(failure)) { // once, not every second
                LOG.warn("The weights do not arrive, retrying in 1 s: {}", sentence);
                failure = sentence;
            }
            return false;
        }
    }
}
