package net.re6st.lab;

import net.re6st.cli.Failure;
import net.re6st.cli.Program;

/** {@code bin/demo}: a network that builds itself, repairs itself and goes away, told as it happens. */
public final class DemoMain {
    private static final int INTERRUPTED = 130;

    private DemoMain() {}

    public static void main(String[] argv) {
        System.exit(Program.of("demo", DemoOptions::new).run(argv, DemoMain::run));
    }

    private static int run(DemoOptions options) throws Failure {
        try (Demo demo = new Demo(options.plan())) {
            try {
                demo.run();
                if (options.keep()) {
                    demo.stay();
                }
                return 0;
            } catch (LabException e) {
                if (demo.isInterrupted()) {
                    // Whatever failed, it failed because the laboratory is being removed.
                    return INTERRUPTED;
                }
                throw new Failure(e.describe());
            }
        }
    }
}
