@org.jspecify.annotations.NullMarked
package io.agentanalytics.api;
