package io.agentanalytics.local;

import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Controls.UnavailableException;
import io.agentanalytics.api.control.VersionConflictException;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.UserError;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Common options of the subcommands that read and change the control topics in Kafka. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ControlTopics {
    @Mixin KafkaOptions kafka;

    /** Returns the author name of changes made by this command. */
    static String user() {
        return System.getProperty("user.name") + " (command line)";
    }

    /** Operation on the control topics. */
    interface Use<T> {
        T of(Controls controls)
                throws UnavailableException, VersionConflictException, InvalidControlException;
    }

    /** Returns the properties of a Kafka client. */
    Map<String, String> client() {
        return kafka.client();
    }

    <T> T with(Use<T> use) {
        try (Controls controls = Controls.start(client())) {
            return use.of(controls);
        } catch (UnavailableException e) {
            throw new UserError(
                    "%s Is Kafka at %s, and were its topics created (agent-analytics topics)?"
                            .formatted(e.getMessage(), kafka.bootstrap),
                    e);
        } catch (VersionConflictException | InvalidControlException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }
}
