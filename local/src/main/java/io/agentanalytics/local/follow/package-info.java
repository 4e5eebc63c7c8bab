/** Provider weights for routers that have no Kafka client: files and HAProxy's runtime socket. */
@NullMarked
package io.agentanalytics.local.follow;

import org.jspecify.annotations.NullMarked;
