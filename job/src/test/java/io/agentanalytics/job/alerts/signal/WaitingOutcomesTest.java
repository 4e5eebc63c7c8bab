package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An outcome is written as its kind, task and version. */
class WaitingOutcomesTest {
    private static TaskOutcome outcome(String text) {
        String[] parts = text.strip().split(" +", -1);
        return TaskOutcomeBuilder.builder()
                .kind(OutcomeKind.valueOf(parts[0]))
                .taskId(parts[1])
                .version(Long.parseLong(parts[2]))
                .build();
    }

    private static List<TaskOutcome> outcomes(String texts) {
        return texts == null
                ? new ArrayList<>()
                : Arrays.stream(texts.split(";", -1))
                        .map(WaitingOutcomesTest::outcome)
                        .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String text(List<TaskOutcome> outcomes) {
        return outcomes.stream()
                .map(o -> o.kind() + " " + o.taskId() + " " + o.version())
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            textBlock =
                    """
                    # waiting                | added         | then
                                             | STARTED t 0   | STARTED t 0
                                             | RETRACTED t 2 | ''
                    STARTED t 0              | RETRACTED t 2 | STARTED t 0
                    STARTED t 0              | STARTED t 1   | STARTED t 1
                    STARTED t 0              | ENDED t 1     | STARTED t 0; ENDED t 1
                    ENDED t 1                | AMENDED t 2   | AMENDED t 2
                    ENDED t 1                | ENDED u 1     | ENDED t 1; ENDED u 1
                    ENDED t 1                | RETRACTED t 2 | RETRACTED t 2
                    ENDED t 1                | RETRACTED u 2 | ENDED t 1
                    RETRACTED t 2            | ENDED t 3     | ENDED t 3
                    REFUSED t 0              | REFUSED t 1   | REFUSED t 1
                    REFUSED t 0              | ENDED t 1     | REFUSED t 0; ENDED t 1
                    SETTLED t 1              | SETTLED t 2   | SETTLED t 2
                    SETTLED t 1              | ENDED t 2     | SETTLED t 1; ENDED t 2
                    SETTLED t 1              | RETRACTED t 2 | ''
                    ENDED t 1; SETTLED t 2   | RETRACTED t 3 | RETRACTED t 3
                    """)
    void outcomeReplacesThoseOfItsTask(String waiting, String added, String then) {
        List<TaskOutcome> outcomes = outcomes(waiting);
        WaitingOutcomes.add(outcomes, outcome(added));
        assertThat(text(outcomes)).isEqualTo(then);
    }

    @ParameterizedTest
    @CsvSource({
        "STARTED t 0,   false, true",
        "STARTED t 1,   false, false", // its ending arrived first
        "ENDED t 0,     false, true",
        "AMENDED t 2,   false, false",
        "AMENDED t 2,   true,  true",
        "RETRACTED t 2, false, false",
        "REFUSED t 0,   false, false",
    })
    void lateOutcomeCounts_ifNoEndingOfTheTaskHasCounted(
            String late, boolean wasTakenBack, boolean isNew) {
        assertThat(WaitingOutcomes.isNew(outcome(late), wasTakenBack)).isEqualTo(isNew);
    }

    @ParameterizedTest
    @CsvSource({
        "t, true, ENDED t 1; RETRACTED u 1",
        "v, false, RETRACTED t 2; ENDED t 1; RETRACTED u 1"
    })
    void markOfARetraction_isConsumedOnce(String task, boolean found, String then) {
        List<TaskOutcome> waiting = outcomes("RETRACTED t 2; ENDED t 1; RETRACTED u 1");
        assertThat(WaitingOutcomes.removeRetraction(waiting, task)).isEqualTo(found);
        assertThat(text(waiting)).isEqualTo(then);
        assertThat(WaitingOutcomes.removeRetraction(waiting, task)).isFalse();
        WaitingOutcomes.removeRetractions(waiting);
        assertThat(text(waiting)).isEqualTo("ENDED t 1");
    }
}
