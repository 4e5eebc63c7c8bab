package io.agentanalytics.job;

import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.AlertSink;
import io.agentanalytics.job.sinks.BudgetSink;
import io.agentanalytics.job.sinks.DeadLetterSink;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.sinks.PostgresSinks;
import io.agentanalytics.job.sinks.WeightSink;
import io.agentanalytics.job.telemetry.FragmentRecord;
import io.agentanalytics.job.telemetry.Telemetry;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Connects the topology to Kafka and Postgres. */
public final class JobMain {
    private JobMain() {}

    /** Runs the job on the cluster it is submitted to, with {@code --key value} options. */
    public static void main(String[] args) throws Exception {
        JobOptions options;
        try {
            options = JobOptions.parse(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            throw e;
        }
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, options);
        env.execute("agent-analytics");
    }

    /** Adds the whole job to an environment. */
    public static void define(StreamExecutionEnvironment env, JobOptions options) {
        StrictEnvironment.strict(env, options.checkpointInterval());
        Sources sources = new Sources(env, options, null);
        DataStream<SourceRecord> events = sources.events();
        DataStream<FragmentRecord> fragments = sources.fragments();
        DataStream<Control> controls = sources.controls();
        attach(
                Topology.build(events, Telemetry.events(fragments, options), controls, options),
                options);
    }

    private static void attach(Outputs outputs, JobOptions options) {
        outputs.alerts().sinkTo(AlertSink.of(options)).uid("alerts").name("alerts");
        outputs.weights()
                .records()
                .sinkTo(WeightSink.of(options))
                .uid("weight-records")
                .name("weights");
        outputs.budgets()
                .records()
                .union(outputs.budgets().stops())
                .sinkTo(BudgetSink.of(options))
                .uid("budget-records")
                .name("budgets");
        DataStream<DeadLetter> refusedRows = PostgresSinks.attach(outputs, options);
        outputs.deadLetters()
                .union(refusedRows)
                .sinkTo(DeadLetterSink.of(options))
                .uid("dead-letters")
                .name("dead letters");
    }
}
