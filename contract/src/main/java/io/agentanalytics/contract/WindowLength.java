package io.agentanalytics.contract;

import java.util.List;

/** Lengths of the windows of statistics, in seconds. */
public final class WindowLength {
    public static final int MINUTE = 60;
    public static final int FIVE_MINUTES = 300;
    public static final int HOUR = 3600;
    public static final int DAY = 86_400;

    /** Windows of agents and of the values of dimensions. */
    public static final List<Integer> OF_CELLS = List.of(MINUTE, FIVE_MINUTES, HOUR, DAY);

    /** Windows of providers and of the fleet. */
    public static final List<Integer> OF_SUMS = List.of(Pane.SECONDS, MINUTE, HOUR);

    private WindowLength() {}
}
