package net.re6st.registry.os;

/** The contract, for a file. */
class SqliteStoreContractTest extends SharedStoreContract {
    SqliteStoreContractTest() {
        super(Engine.SQLITE);
    }
}
