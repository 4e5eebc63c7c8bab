package io.agentanalytics.job.waste;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Kind of a tool, by the name that clients and SDKs give it. */
enum ToolKind {
    /** Reads a file or page; repeating it without a change returns the same. */
    READ(
            "read",
            "readfile",
            "readmanyfiles",
            "notebookread",
            "view",
            "viewfile",
            "openfile",
            "getfilecontents",
            "cat",
            "fetch",
            "webfetch"),
    /** Changes a file. */
    EDIT(
            "edit",
            "editfile",
            "multiedit",
            "notebookedit",
            "write",
            "writefile",
            "writetofile",
            "createfile",
            "replace",
            "replaceinfile",
            "strreplace",
            "insert",
            "patch",
            "applypatch",
            "applydiff"),
    /** Runs a command, such as the tests. */
    RUN(
            "bash",
            "executebash",
            "shell",
            "localshell",
            "runshellcommand",
            "shellcommand",
            "exec",
            "execcommand",
            "executecommand",
            "runcommand",
            "runinterminal",
            "runterminalcmd",
            "terminal",
            "runtests",
            "test"),
    /** Any other tool. */
    OTHER;

    private static final Map<String, ToolKind> BY_NAME = new HashMap<>();

    static {
        for (ToolKind kind : values()) {
            kind.names.forEach(name -> BY_NAME.put(name, kind));
        }
    }

    private final List<String> names;

    ToolKind(String... names) {
        this.names = List.of(names);
    }

    /**
     * Returns the kind of a tool. Case, {@code _} and {@code -} do not matter; nor does the server
     * of an MCP tool ({@code mcp__server__tool}).
     */
    static ToolKind of(String tool) {
        int server = tool.startsWith("mcp__") ? tool.lastIndexOf("__") + 2 : 0;
        String name =
                tool.substring(server).toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
        return BY_NAME.getOrDefault(name, OTHER);
    }
}
