package io.agentanalytics.contract;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Record of the topic {@code spans}: a part of a task that makes an event only together with other
 * parts. It holds neither prompts nor answers.
 *
 * @param key trace id, conversation or session; all fragments that are needed together have it
 * @param id identifies the fragment within its key: a span id, or an event id
 * @param parentId id of the parent span; empty for a root
 * @param isParentRemote true if the parent is a span of another process, whose spans may never come
 * @param name name of the agent, if the fragment itself names it; of a {@link Role#PROMPT} the
 *     prompt id, of a {@link Role#TURN} that opens a turn {@link #PROMPT}, and of a {@link
 *     Role#SPAWN} the conversation that it starts
 * @param isQuick true if the call may be counted before its agent is known, because it names its
 *     agent or its conversation
 * @param startMillis start of an agent's span, of a request or of a conversation; {@link
 *     TaskEvent#ABSENT} if nothing starts with it
 * @param isOutcomeUnset true if the span of an ending has no status
 * @param event event whose task and agent are provisional
 */
@RecordBuilder
@RecordBuilder.Options(suffix = "Fields")
public record Fragment(
        Role role,
        String key,
        String id,
        String parentId,
        boolean isParentRemote,
        String name,
        boolean isQuick,
        long startMillis,
        boolean isOutcomeUnset,
        @Nullable TaskEvent event) {

    /** Name of the fragment that opens a turn. */
    public static final String PROMPT = "prompt";

    /** End of the id of the sum of an agent's calls, after the id of the agent's span. */
    public static final String SUM = "/calls";

    /** Meaning of a fragment. The wire name is the constant in lower case. */
    public enum Role {
        /** Span of a call to a model. */
        CALL(Group.TRACE),
        /** Span of a tool's call. */
        TOOL(Group.TRACE),
        /** Span of an agent; its event is the end of the agent's task. */
        AGENT(Group.TRACE),
        /**
         * Any other span; connects calls to agents. Its event is a request of Claude Code, or, of a
         * span with which a trace begins, the end of the task of calls that no agent covers.
         */
        STEP(Group.TRACE),
        /** Prompt that a trace belongs to. */
        PROMPT(Group.TRACE),
        /** Event of a conversation; its turn is not known yet. */
        TURN(Group.CONVERSATION),
        /** Request of a conversation that the provider accepted: start and duration of a call. */
        ACCEPTED(Group.CONVERSATION),
        /** Activity of a session, from which ends are inferred that no client reports. */
        ACTIVITY(Group.SESSION),
        /** Event that is complete, from a source that does not write to {@code task-events}. */
        EVENT(Group.NONE),
        /** Start of another conversation, by a sub-agent; names that conversation. */
        SPAWN(Group.CONVERSATION);

        private final Group group;

        Role(Group group) {
            this.group = group;
        }

        public Group group() {
            return group;
        }
    }

    /** Kind of the key of a fragment. */
    public enum Group {
        TRACE('0'),
        CONVERSATION('1'),
        SESSION('2'),
        NONE('3');

        private final char code;

        Group(char code) {
            this.code = code;
        }

        /** Returns the character that stands for this group in keys of stored state. */
        public char code() {
            return code;
        }
    }

    /**
     * Returns true for the sum of an agent's calls, which counts if no span reports one of them.
     */
    public boolean isSum() {
        return role == Role.CALL && id.equals(parentId + SUM);
    }

    /** Returns a builder in which every field is absent. */
    public static FragmentFields of(Role role, String key, String id) {
        return FragmentFields.builder()
                .role(role)
                .key(key)
                .id(id)
                .parentId("")
                .name("")
                .startMillis(TaskEvent.ABSENT);
    }
}
