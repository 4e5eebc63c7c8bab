/** Delivery of records to Kafka, with a spool on disk while Kafka is unavailable. */
@NullMarked
package io.agentanalytics.intake.delivery;

import org.jspecify.annotations.NullMarked;
