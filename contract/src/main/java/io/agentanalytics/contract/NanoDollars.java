package io.agentanalytics.contract;

/** Unit of all amounts of money: integers of 10<sup>-9</sup> US dollars. */
public final class NanoDollars {
    /** Nano-dollars of a dollar; for comparisons with limits in dollars and for texts, not sums. */
    public static final double PER_USD = 1e9;

    private NanoDollars() {}
}
