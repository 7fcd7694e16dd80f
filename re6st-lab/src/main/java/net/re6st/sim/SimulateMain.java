package net.re6st.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.re6st.cli.Failure;
import net.re6st.cli.Logging;
import net.re6st.cli.Program;

/** {@code bin/simulate}: runs a scenario, tells how it goes, and writes its report. Status 1: something did not hold. */
public final class SimulateMain {
    private static final int QUIET = 0;

    private SimulateMain() {}

    public static void main(String[] argv) {
        System.exit(Program.of("simulate", SimulateOptions::new).run(scenarioLast(argv), SimulateMain::run));
    }

    /** Options come first everywhere else; here the scenario does. */
    private static String[] scenarioLast(String[] argv) {
        if (argv.length == 0 || argv[0].startsWith("-")) {
            return argv;
        }
        List<String> words = new ArrayList<>(List.of(argv).subList(1, argv.length));
        words.addAll(List.of("--", argv[0]));
        return words.toArray(String[]::new);
    }

    private static int run(SimulateOptions options) throws Failure {
        Logging.toStandardError(QUIET);
        Scenario scenario = Scenario.read(options.scenario());
        try {
            return options.isSweep() ? sweep(options, scenario) : single(options, scenario);
        } catch (IOException e) {
            throw new Failure("can't write the report: " + e.getMessage());
        }
    }

    private static int single(SimulateOptions options, Scenario scenario) throws Failure, IOException {
        Integer nodes = options.counts().isEmpty() ? null : options.counts().get(0);
        try (Run run =
                new Run(scenario.with(nodes, options.until()), options.seed(), options.trace(), SimulateMain::tell)) {
            boolean good = run.run();
            Report report = Report.of(run);
            report.text().lines().forEach(SimulateMain::tell);
            write(options.report(scenario.name()), report);
            return good ? 0 : 1;
        }
    }

    private static int sweep(SimulateOptions options, Scenario scenario) throws Failure, IOException {
        Sweep sweep = new Sweep(options, scenario, SimulateMain::tell);
        boolean good = sweep.run();
        Report report = sweep.report();
        report.text().lines().forEach(SimulateMain::tell);
        write(options.report(scenario.name() + "-sweep"), report);
        return good ? 0 : 1;
    }

    private static void tell(String line) {
        System.out.println(line);
    }

    private static void write(Path folder, Report report) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.txt"), report.text());
        Files.writeString(folder.resolve("report.html"), report.html());
        tell("wall report in " + folder.resolve("report.html"));
    }
}
