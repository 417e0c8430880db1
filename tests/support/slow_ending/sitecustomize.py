"""On the path of a process, it starts a thread for which Python waits a minute at the end of the process."""

import threading
import time

threading.Thread(target=time.sleep, args=(60,)).start()
