/** Reading of topics from their beginning, without a consumer group. */
@NullMarked
package io.agentanalytics.client.topics;

import org.jspecify.annotations.NullMarked;
