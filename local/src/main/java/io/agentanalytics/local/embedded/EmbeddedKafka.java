package io.agentanalytics.local.embedded;

import io.agentanalytics.local.command.MissingTopics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Embedded Kafka broker in this JVM, with the broker as its own controller, on loopback. */
public final class EmbeddedKafka implements AutoCloseable {
    public static final int EVENT_PARTITIONS = 4;
    private final KafkaRaftServer server;
    private final String bootstrap;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /** Starts a broker that stores its data in {@code directory}, and creates the topics. */
    public static EmbeddedKafka start(Path directory, int port) throws IOException {
        int controllerPort = Ports.free();
        String data = directory.toString();
        Properties config = config(data, port, controllerPort);
        try {
            new Formatter()
                    .setClusterId(Uuid.ONE_UUID.toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data)
                    .addDirectory(data)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException("Kafka's directory " + data + " cannot be set up.", e);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
        server.startup();
        EmbeddedKafka kafka = new EmbeddedKafka(server, "127.0.0.1:" + port);
        makeTopics(kafka.bootstrap());
        return kafka;
    }

    /** Returns the configuration of a single broker on loopback. */
    public static Properties config(String data, int port, int controllerPort) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", data);
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("auto.create.topics.enable", "false");
        return p;
    }

    /** Creates the missing topics. */
    public static void makeTopics(String bootstrap) throws IOException {
        MissingTopics.create(Map.of("bootstrap.servers", bootstrap), EVENT_PARTITIONS, (short) 1);
    }

    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
