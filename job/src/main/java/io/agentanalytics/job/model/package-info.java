@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.model;
