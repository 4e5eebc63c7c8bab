package io.agentanalytics.contract;

/** Names of clients whose telemetry or transcripts have a form of their own. */
public final class ClientNames {
    public static final String CLAUDE_CODE = "claude-code";
    public static final String CODEX = "codex";

    /** Agent type of GitHub Copilot, which sends telemetry as {@link #GITHUB_COPILOT}. */
    public static final String COPILOT = "copilot";

    public static final String CURSOR = "cursor";
    public static final String GEMINI_CLI = "gemini-cli";
    public static final String GITHUB_COPILOT = "github-copilot";
    public static final String LITELLM = "litellm";
    public static final String OPENCODE = "opencode";
    public static final String QWEN_CODE = "qwen-code";

    private ClientNames() {}
}
