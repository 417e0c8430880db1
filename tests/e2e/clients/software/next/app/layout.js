export default function Layout({ children }) {
  return <html lang="en"><head><title>Client</title></head><body>{children}</body></html>;
}
