package net.re6st.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Acts on signals of the operating system: USR1 to reopen logs, TERM and INT to end, others as a program needs them.
 *
 * <p>Actions run in a thread of the virtual machine's own and should only pass the news on. A signal that was ignored
 * when the process started (HUP under {@code nohup}) is never delivered.
 *
 * <p>{@code sun.misc.Signal} is the JDK's only interface to signals. It is reached by reflection because the compiler's
 * warning about it can't be suppressed, and warnings are errors here.
 */
public final class Signals {
    private Signals() {}

    /** Calls {@code action} at each signal {@code name}, e.g. {@code USR1}, in place of what happened before. */
    public static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> call(action, proxy, method.getName(), arguments);
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("signal " + name + " can't be handled", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no sun.misc.Signal", e);
        }
    }

    /** A handler has the methods of every object besides {@code handle}. */
    private static @Nullable Object call(Runnable action, Object proxy, String method, Object @Nullable [] arguments) {
        switch (method) {
            case "handle" -> action.run();
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                return "handler of a signal";
            }
        }
        return null;
    }
}
