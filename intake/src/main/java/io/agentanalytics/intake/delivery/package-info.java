/** Delivery of records to Kafka, with a spool on disk for the time that Kafka is unavailable. */
@NullMarked
package io.agentanalytics.intake.delivery;

import org.jspecify.annotations.NullMarked;
