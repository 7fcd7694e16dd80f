package net.re6st.conf;

import net.re6st.cli.Program;

/** Starts re6st-conf. */
public final class ConfMain {
    private ConfMain() {}

    public static void main(String[] argv) {
        System.exit(Program.of("re6st-conf", ConfOptions::new).run(argv, options -> new Enrolment(
                        options,
                        ConfFiles.in(options.directory()),
                        new HostSurroundings(options.urls(), options.tlsCa()))
                .run()));
    }
}
