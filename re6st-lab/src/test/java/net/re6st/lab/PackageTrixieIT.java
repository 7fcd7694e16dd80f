package net.re6st.lab;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our packages on Debian 13: Java 21, systemd 257, OpenVPN 2.6.14. */
@ExtendWith(KeepLogs.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
final class PackageTrixieIT extends PackageWalk {
    PackageTrixieIT() {
        super("trixie");
    }
}
