package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TreeChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sums of a tree. Its tasks are stored separately, as {@link TreeMember} by id, and passed to each
 * method that needs them. Stored in Flink state.
 */
public class TaskTree {
    /** Maximum number of tasks that are distinguished; the cost of all others counts as well. */
    public static final int MAX_MEMBERS = 2000;

    /** Time over which the spend per minute is averaged. */
    public static final long WINDOW_MILLIS = 300_000;

    private static final long CELL_MILLIS = 10_000;
    private static final int MAX_DEPTH = 64;
    private static final int CHILD_DEPTH = 2;

    public String session = "";
    public int agents;
    public int running;
    public int depth;
    public long costNanos;
    public long unpriced;
    public long peakNanos;
    public double peakTokens;
    public long lastMillis = Long.MIN_VALUE;

    public String agentId = "";
    public String agentType = TaskEvent.UNKNOWN_AGENT_TYPE;

    /** Task that names the tree: the root, else the earliest. */
    public String namedBy = "";

    /** Cost in cells of ten seconds, nano-dollars by number of the cell since the epoch. */
    public Map<Long, Long> cells = new HashMap<>();

    /** Parents that tasks name and that are not tasks of the tree yet. */
    public Set<String> awaited = new HashSet<>();

    /** The most expensive tasks, the most expensive first. */
    public List<TreeStatus.Part> expensive = new ArrayList<>();

    /**
     * Task with the most input tokens per call; {@code tokens} is the number per recent call,
     * {@code firstTokens} that per first call.
     */
    public String growing = "";

    public double tokens;
    public double firstTokens;

    /** Event time of the next timer; 0 for none. */
    public long timer;

    /** Required by Flink's POJO serializer. */
    public TaskTree() {}

    void apply(TreeChange change, Map<String, TreeMember> members) {
        lastMillis = Math.max(lastMillis, change.timeMillis());
        session = change.session().isEmpty() ? session : change.session();
        costNanos += change.costNanos();
        unpriced += change.unpriced();
        if (change.costNanos() != 0) {
            cells.merge(cell(change.timeMillis()), change.costNanos(), Long::sum);
        }
        if (change.left()) {
            leave(change.taskId(), members);
            return;
        }
        TreeMember known = members.get(change.taskId());
        if (known != null || agents < MAX_MEMBERS) {
            apply(change, known == null ? join(change) : known, members);
        }
    }

    private TreeMember join(TreeChange change) {
        agents++;
        running++;
        TreeMember member = new TreeMember();
        member.agentType = change.agentType();
        return member;
    }

    private void apply(TreeChange change, TreeMember member, Map<String, TreeMember> members) {
        String parent = change.parentTaskId();
        boolean moves = member.depth == 0 || !(parent.isEmpty() || parent.equals(member.parent));
        running += (member.ended ? 1 : 0) - (change.ended() ? 1 : 0);
        member.apply(change);
        members.put(change.taskId(), member);
        if (moves) {
            place(change, member, members);
        }
        rank(change.taskId(), member);
        name(change, member);
    }

    private void leave(String taskId, Map<String, TreeMember> members) {
        TreeMember gone = members.remove(taskId);
        if (gone == null) {
            return;
        }
        agents--;
        running -= gone.ended ? 0 : 1;
        expensive.removeIf(part -> part.taskId().equals(taskId));
        if (taskId.equals(growing)) {
            growing = "";
            tokens = 0;
        }
        if (taskId.equals(namedBy)) {
            namedBy = "";
        }
    }

    private void place(TreeChange change, TreeMember member, Map<String, TreeMember> members) {
        String root = change.rootTaskId();
        String parent = member.parent;
        if (!parent.isEmpty()
                && !parent.equals(root)
                && awaited.size() < MAX_MEMBERS
                && !members.containsKey(parent)) {
            awaited.add(parent);
        }
        if (awaited.remove(change.taskId()) || member.depth != 0) {
            depth = 0; // the tasks below it move as well
            for (String task : List.copyOf(members.keySet())) {
                deepen(task, root, members);
            }
        } else {
            deepen(change.taskId(), root, members);
        }
    }

    private void deepen(String task, String root, Map<String, TreeMember> members) {
        TreeMember member = members.get(task);
        if (member == null) {
            return;
        }
        int found = depthOf(task, root, members);
        if (found != member.depth) {
            member.depth = found;
            members.put(task, member);
        }
        depth = Math.max(depth, found);
    }

    /**
     * Counts the tasks up to the root. A parent that is not known yet counts as a child of the
     * root, and so does a task below a cycle of parents.
     */
    private static int depthOf(String task, String root, Map<String, TreeMember> members) {
        Set<String> passed = new HashSet<>();
        String at = task;
        while (!at.equals(root) && passed.size() < MAX_DEPTH) {
            if (!passed.add(at)) {
                return CHILD_DEPTH;
            }
            TreeMember member = members.get(at);
            if (member == null || member.parent.isEmpty()) {
                break;
            }
            at = member.parent;
        }
        return passed.size() + 1;
    }

    /** Keeps the most expensive tasks, and the one with the largest context. */
    private void rank(String task, TreeMember member) {
        expensive.removeIf(part -> part.taskId().equals(task));
        expensive.add(new TreeStatus.Part(task, member.agentId, member.knownNanos()));
        expensive.sort(TreeStatus.Part.MOST_EXPENSIVE_FIRST);
        if (expensive.size() > Evidence.MAX_TASKS) {
            expensive.remove(expensive.size() - 1);
        }
        if (task.equals(growing) || member.recentTokens > tokens) {
            growing = task;
            tokens = member.recentTokens;
            firstTokens = member.firstTokensPerCall();
            peakTokens = Math.max(peakTokens, tokens);
        }
    }

    private void name(TreeChange change, TreeMember member) {
        if (namedBy.isEmpty() || change.taskId().equals(change.rootTaskId())) {
            namedBy = change.taskId();
        }
        if (namedBy.equals(change.taskId())) {
            agentId = member.agentId;
            agentType = member.agentType;
        }
    }

    private static long cell(long millis) {
        return Math.floorDiv(millis, CELL_MILLIS);
    }

    /** Returns the status at a time, and forgets the cost before its window. */
    TreeStatus status(String root, long now) {
        long first = cell(now - WINDOW_MILLIS) + 1;
        cells.keySet().removeIf(cell -> cell < first);
        long recent = cells.values().stream().mapToLong(Long::longValue).sum();
        peakNanos = Math.max(peakNanos, recent);
        return TreeStatusBuilder.builder()
                .rootTaskId(root)
                .agentId(agentId)
                .agentType(agentType)
                .session(session)
                .timeMillis(now)
                .active(running > 0 && now - lastMillis < WINDOW_MILLIS)
                .counts(true)
                .agents(agents)
                .running(running)
                .depth(depth)
                .costNanos(costNanos)
                .unpriced(unpriced)
                .recentNanos(recent)
                .peakNanos(peakNanos)
                .tokens(tokens)
                .firstTokens(firstTokens)
                .peakTokens(peakTokens)
                .growingTask(growing)
                .expensive(List.copyOf(expensive))
                .build();
    }
}
