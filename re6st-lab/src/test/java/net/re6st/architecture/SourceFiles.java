package net.re6st.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Source files, seen as what a reader has to take in at once: their lines, and the lines of each method. */
final class SourceFiles {
    static final int MAX_FILE_LINES = 600;
    static final int MAX_METHOD_LINES = 60;

    private SourceFiles() {}

    /** What is too long in files of the given names and contents, each with its size. */
    static List<String> tooLong(Map<String, String> contents) throws IOException {
        List<String> problems = new ArrayList<>();
        List<InMemory> files = new ArrayList<>();
        contents.forEach((name, content) -> {
            long lines = content.lines().count();
            if (lines > MAX_FILE_LINES) {
                problems.add(name + " has " + lines + " lines, more than " + MAX_FILE_LINES
                        + ": which second decision does it own?");
            }
            files.add(new InMemory(name, content));
        });
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavacTask task = (JavacTask) compiler.getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, files);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
            String name = unit.getSourceFile().toUri().getPath().substring(1);
            new Methods(name, unit, positions, problems).scan(unit, null);
        }
        return problems;
    }

    private static final class Methods extends TreeScanner<Void, Void> {
        private final String file;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> problems;

        Methods(String file, CompilationUnitTree unit, SourcePositions positions, List<String> problems) {
            this.file = file;
            this.unit = unit;
            this.positions = positions;
            this.problems = problems;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap map = unit.getLineMap();
            long first = map.getLineNumber(positions.getStartPosition(unit, method));
            long last = map.getLineNumber(positions.getEndPosition(unit, method));
            long lines = last - first + 1;
            if (lines > MAX_METHOD_LINES) {
                problems.add(file + ":" + first + " " + method.getName() + " has " + lines + " lines, more than "
                        + MAX_METHOD_LINES + ": a method fits a screen");
            }
            return super.visitMethod(method, null);
        }
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final String content;

        InMemory(String name, String content) {
            super(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE);
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }
}
