/** Readers of the transcripts that coding agents keep on disk. Free of Kafka and Flink. */
@NullMarked
package io.agentanalytics.local.transcripts;

import org.jspecify.annotations.NullMarked;
